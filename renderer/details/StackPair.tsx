import type { ObjectDetails } from '../../shared/records.ts';
import { CopyButton } from '../app/CopyButton.tsx';
import { formatPlural } from '../format.ts';
import { stackLines } from './detailsText.ts';
import { StackView } from './StackView.tsx';

interface StackPairProps {
  details: ObjectDetails;
  fold: boolean;
  onFold: (fold: boolean) => void;
}

/** Where the object came from and where it went, side by side where there is room. */
export function StackPair({ details, fold, onFold }: StackPairProps) {
  const { row, createStack, destroyStack } = details;
  const noStack = 'The trace has no stack for this event.';
  return (
    <>
      <label className="details-switch">
        <input
          type="checkbox"
          checked={fold}
          data-testid="just-my-code"
          onChange={(event) => onFold(event.currentTarget.checked)}
        />
        Just my code: fold frames of the system
      </label>
      <div className="details-stacks">
        <StackSection
          title="Create stack"
          stack={createStack}
          details={details}
          fold={fold}
          testId="create-stack"
          missing={row.bornBeforeTrace ? 'The object was born before the trace.' : noStack}
        />
        <StackSection
          title="Destroy stack"
          stack={destroyStack}
          details={details}
          fold={fold}
          testId="destroy-stack"
          missing={row.deathNs === null ? 'The object is alive at the end of the trace.' : noStack}
        />
      </div>
    </>
  );
}

interface StackSectionProps {
  title: string;
  /** its number in the details; null where the event has none */
  stack: number | null;
  details: Pick<ObjectDetails, 'stacks'>;
  fold: boolean;
  testId: string;
  /** Why there is no stack. */
  missing: string;
}

/** A stack with its heading. */
export function StackSection({ title, stack, details, fold, testId, missing }: StackSectionProps) {
  const text = stack === null ? undefined : details.stacks[stack];
  return (
    <section className="details-section" aria-label={title}>
      <div className="details-section-head">
        <h3>{title}</h3>
        {text !== undefined && (
          <>
            <span className="facet-total">{formatPlural(text.frames.length, 'frame')}</span>
            <CopyButton label={`Copy ${title.toLowerCase()}`} text={() => `${stackLines(text).join('\n')}\n`} />
          </>
        )}
      </div>
      {text === undefined ? (
        <p className="details-none">{missing}</p>
      ) : (
        <StackView key={stack} stack={text} fold={fold} label={title} testId={testId} />
      )}
    </section>
  );
}
