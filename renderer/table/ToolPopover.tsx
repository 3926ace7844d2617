import { useEffect, type ReactNode } from 'react';
import { usePopover } from '../app/usePopover.ts';

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
  const { open, root, button, toggle, close, onKeyDown } = usePopover();
  useEffect(() => {
    if (open) root.current?.querySelector<HTMLElement>('.tool-panel input, .tool-panel button')?.focus();
  }, [open, root]);
  return (
    <div ref={root} className="popover-root" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="tool-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        title={title}
        data-testid={testId}
        onClick={toggle}
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
