import { useEffect, useRef, useState, type ReactNode } from 'react';

interface ToolPopoverProps {
  label: string;
  title: string;
  icon: ReactNode;
  testId: string;
  /** What opens; `close` is called by what ends it. */
  children: (close: () => void) => ReactNode;
}

/** A button of a toolbar with a small panel under it; Esc and a click elsewhere close it. */
export function ToolPopover({ label, title, icon, testId, children }: ToolPopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>('.tool-panel input, .tool-panel button')?.focus();
    const close = (event: PointerEvent) => {
      if (root.current?.contains(event.target as Node) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      className="popover-root"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        close();
        event.stopPropagation();
      }}
    >
      <button
        ref={button}
        type="button"
        className="tool-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        title={title}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {icon} <span>{label}</span>
      </button>
      {open && (
        <div className="popover tool-panel" role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
