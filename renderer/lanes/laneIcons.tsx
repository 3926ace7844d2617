import type { ReactNode } from 'react';

/** Line icons of the lanes, on the grid of app/icons.tsx. */
function Icon({ children, size = 16 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

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
