import { useState } from 'react';
import type { LedgerRow, ObjectDetails } from '../../shared/records.ts';
import { TriangleIcon } from '../app/icons.tsx';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { formatCount } from '../format.ts';
import { mainFrame, signed } from './detailsText.ts';
import { StackView } from './StackView.tsx';

const SHOWN = 8;

/** References by stack, the largest net first: what is taken under a stack and given back nowhere holds the object. */
export function Ledger({ details, fold }: { details: ObjectDetails; fold: boolean }) {
  const { ledger, stacks } = details;
  const [all, setAll] = useState(false);
  const shown = all ? ledger : ledger.slice(0, SHOWN);
  return (
    <section className="details-section" aria-label="References by stack" data-testid="ledger">
      <div className="details-section-head">
        <h3>References by stack</h3>
        <span className="facet-total">{formatCount(ledger.length)}</span>
      </div>
      <ul className="ledger">
        {shown.map((entry) => (
          <LedgerEntry key={entry.stack} entry={entry} stacks={stacks} fold={fold} />
        ))}
      </ul>
      {shown.length < ledger.length && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          Show all {formatCount(ledger.length)} stacks
        </button>
      )}
    </section>
  );
}

function LedgerEntry({ entry, stacks, fold }: { entry: LedgerRow; stacks: ObjectDetails['stacks']; fold: boolean }) {
  const [open, setOpen] = useState(false);
  const stack = entry.stack === null ? undefined : stacks[entry.stack];
  const frame = mainFrame(stack);
  return (
    <li>
      <button
        type="button"
        className="ledger-entry"
        aria-expanded={open}
        disabled={stack === undefined}
        title={displayName(frame)}
        onClick={() => setOpen(!open)}
      >
        <TriangleIcon open={open} />
        <span className={`ledger-net${entry.net > 0 ? ' is-leak' : ''}`}>{signed(entry.net)}</span>
        <span className="ledger-frame">
          <Name text={frame} />
        </span>
        <span className="ledger-counts">
          {formatCount(entry.taken)} taken, {formatCount(entry.given)} given
        </span>
      </button>
      {open && stack !== undefined && <StackView stack={stack} fold={fold} label="Stack" />}
    </li>
  );
}
