import type { TraceSummary } from '../../shared/records.ts';
import { worstSeverity } from '../trust/trustFacts.ts';
import { TrustRecord } from '../trust/TrustRecord.tsx';
import { ShieldIcon } from './icons.tsx';
import { SeverityIcon } from './SeverityIcon.tsx';
import { usePopover } from './usePopover.ts';

const WORDS = { error: 'Parts are unreadable', warning: 'Read with care', info: 'Complete' } as const;

/** How far to believe the trace: a button that says it in two words, and the whole record under it. */
export function TrustPopover({ summary }: { summary: TraceSummary }) {
  const { open, root, button, toggle, onKeyDown } = usePopover();
  const worst = worstSeverity(summary) ?? 'info';
  return (
    <div className="popover-root" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className={`button is-quiet trust-button is-${worst}`}
        aria-expanded={open}
        aria-haspopup="dialog"
        data-testid="trust"
        title="How far to believe this trace"
        onClick={toggle}
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
