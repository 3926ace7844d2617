import { useEffect, useRef, useState } from 'react';
import type { TraceSummary } from '../../shared/records.ts';
import { worstSeverity } from '../trust/trustFacts.ts';
import { TrustRecord } from '../trust/TrustRecord.tsx';
import { ShieldIcon } from './icons.tsx';
import { SeverityIcon } from './SeverityIcon.tsx';

const WORDS = { error: 'Parts are unreadable', warning: 'Read with care', info: 'Complete' } as const;

/** How far to believe the trace: a button that says it in two words, and the whole record under it. */
export function TrustPopover({ summary }: { summary: TraceSummary }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: PointerEvent) => {
      if (root.current?.contains(event.target as Node) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);
  const worst = worstSeverity(summary) ?? 'info';
  return (
    <div
      className="popover-root"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        event.stopPropagation();
      }}
    >
      <button
        type="button"
        className={`button is-quiet trust-button is-${worst}`}
        aria-expanded={open}
        aria-haspopup="dialog"
        data-testid="trust"
        title="How far to believe this trace"
        onClick={() => setOpen(!open)}
      >
        {worst === 'info' ? <ShieldIcon /> : <SeverityIcon severity={worst} />}
        <span className="trust-word">{WORDS[worst]}</span>
      </button>
      {open && (
        <div
          className="popover trust"
          role="dialog"
          aria-label="How far to believe this trace"
          data-testid="trust-popover"
        >
          <h2>How far to believe this trace</h2>
          <TrustRecord summary={summary} />
        </div>
      )}
    </div>
  );
}
