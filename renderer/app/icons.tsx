import type { ReactNode } from 'react';

/** Line icons on a 16 px grid, in the text's colour; the control beside them has the name. */
export function Icon({ children, className, size = 16 }: { children: ReactNode; className?: string; size?: number }) {
  return (
    <svg
      className={`icon ${className ?? ''}`}
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

export const FolderIcon = () => (
  <Icon>
    <path d="M1.8 12.2V3.8c0-.5.4-1 1-1h3l1.6 1.8h5.8c.6 0 1 .4 1 1v6.6c0 .5-.4 1-1 1H2.8a1 1 0 0 1-1-1Z" />
  </Icon>
);
export const DownloadIcon = () => (
  <Icon>
    <path d="M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.3 10.3 3.2 3.2" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z" />
  </Icon>
);
export const SystemIcon = () => (
  <Icon>
    <rect x="1.8" y="2.5" width="12.4" height="8.6" rx="1" />
    <path d="M5.5 13.8h5M8 11.3v2.3" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M8 2.2 14.4 13H1.6L8 2.2ZM8 6.5v3.2M8 11.4v.1" />
  </Icon>
);
export const InfoIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 7.4v3.4M8 5.2v.1" />
  </Icon>
);
export const ErrorIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 4.8v3.8M8 10.9v.1" />
  </Icon>
);
export const ShieldIcon = () => (
  <Icon>
    <path d="M8 1.8 13 3.6v4c0 3.2-2.1 5.4-5 6.6-2.9-1.2-5-3.4-5-6.6v-4L8 1.8Z" />
    <path d="m5.8 7.8 1.6 1.6 2.9-3" />
  </Icon>
);
export const FilterIcon = () => (
  <Icon>
    <path d="M2 3.2h12L9.4 8.6v4.6l-2.8-1.4V8.6L2 3.2Z" />
  </Icon>
);
export const KeyboardIcon = () => (
  <Icon>
    <rect x="1.5" y="3.8" width="13" height="8.4" rx="1.2" />
    <path d="M4 6.4h.1M6.6 6.4h.1M9.3 6.4h.1M11.9 6.4h.1M5 9.6h6" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="5.2" y="5.2" width="8.3" height="8.3" rx="1.2" />
    <path d="M10.6 5.2V3.6c0-.6-.4-1.1-1-1.1H3.6c-.6 0-1.1.5-1.1 1.1v6c0 .6.5 1 1.1 1h1.6" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M8 3.2v9.6M3.2 8h9.6" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M3.2 8h9.6" />
  </Icon>
);
export const FitIcon = () => (
  <Icon>
    <path d="M2 3v10M14 3v10M4.6 8h6.8M6.4 6.2 4.6 8l1.8 1.8M9.6 6.2 11.4 8 9.6 9.8" />
  </Icon>
);
export const ExpandIcon = () => (
  <Icon>
    <path d="m4.5 3 3.5 3 3.5-3M4.5 9.5l3.5 3 3.5-3" />
  </Icon>
);
export const CollapseIcon = () => (
  <Icon>
    <path d="m4.5 6.2 3.5-3 3.5 3M4.5 12.8l3.5-3 3.5 3" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m3 8.4 3.2 3.2L13 4.8" />
  </Icon>
);

export const MenuIcon = () => (
  <Icon>
    <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />
  </Icon>
);
export const CommandIcon = () => (
  <Icon>
    <path d="M2.5 3.5h11v9h-11zM5 6.5 6.8 8 5 9.5M8.2 9.8h2.8" />
  </Icon>
);
export const SymbolsIcon = () => (
  <Icon>
    <path d="M6 2.8c-1.6 0-2 .7-2 2v1.4c0 1-.5 1.8-1.6 1.8 1.1 0 1.6.8 1.6 1.8v1.4c0 1.3.4 2 2 2M10 2.8c1.6 0 2 .7 2 2v1.4c0 1 .5 1.8 1.6 1.8-1.1 0-1.6.8-1.6 1.8v1.4c0 1.3-.4 2-2 2" />
  </Icon>
);
export const ContrastIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M8 2.2a5.8 5.8 0 0 1 0 11.6Z" fill="currentColor" />
  </Icon>
);
export const MaximiseIcon = () => (
  <Icon>
    <path d="M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3" />
  </Icon>
);
export const RestoreIcon = () => (
  <Icon>
    <path d="M6 3v3H3M13 6h-3V3M10 13v-3h3M3 10h3v3" />
  </Icon>
);
export const UndoIcon = () => (
  <Icon>
    <path d="M3 6.5h6.5a3.3 3.3 0 0 1 0 6.6H6M5.6 3.6 2.8 6.5l2.8 2.9" />
  </Icon>
);
export const RedoIcon = () => (
  <Icon>
    <path d="M13 6.5H6.5a3.3 3.3 0 0 0 0 6.6H10M10.4 3.6l2.8 2.9-2.8 2.9" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="M13 8H3.5M7 4.2 3.2 8 7 11.8" />
  </Icon>
);
export const ForwardIcon = () => (
  <Icon>
    <path d="M3 8h9.5M9 4.2 12.8 8 9 11.8" />
  </Icon>
);
export const SettingsIcon = () => (
  <Icon>
    <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6" />
    <circle cx="10" cy="4.5" r="1.6" />
    <circle cx="6" cy="11.5" r="1.6" />
  </Icon>
);

/** The triangle of a group: to the right when closed, down when open. */
export const TriangleIcon = ({ open }: { open: boolean }) => (
  <svg className={`triangle ${open ? 'is-open' : ''}`} width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
    <path d="M3 1.5 7.5 5 3 8.5Z" fill="currentColor" />
  </svg>
);

/** Three lanes: the program's mark. */
export const Logo = ({ size = 20 }: { size?: number }) => (
  <svg className="logo" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
    <rect width="20" height="20" rx="4.5" className="logo-ground" />
    <path d="M4 6h7M6.5 10h9.5M4 14h4.5" className="logo-lanes" />
    <circle cx="14" cy="14" r="1.7" className="logo-leak" />
  </svg>
);
