import { Icon } from '../app/icons.tsx';

/** Line icons of the lanes. */
export const PinIcon = () => (
  <Icon size={14}>
    <path d="M6 2h4l-.5 4 2 2.5h-7l2-2.5ZM8 8.5V14" />
  </Icon>
);
export const PictureIcon = () => (
  <Icon>
    <path d="M2 3h12v10H2zM2 11l3.5-3.5L9 11l2-2 3 3" />
    <circle cx="10.8" cy="5.8" r="1" />
  </Icon>
);
export const LevelsIcon = () => (
  <Icon>
    <path d="M2.5 3.5h11M5 8h8.5M7.5 12.5h6" />
  </Icon>
);
