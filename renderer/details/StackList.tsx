import { CopyButton } from './CopyButton.tsx';
import { frameParts, isSystemFrame } from './detailsText.ts';

interface StackListProps {
  title: string;
  /** leaf first; null where the event has no stack */
  frames: readonly string[] | null;
  testId?: string;
  /** Why there is no stack. */
  missing: string;
}

/** A stack, leaf first. */
export function StackList({ title, frames, testId, missing }: StackListProps) {
  return (
    <section className="details-section" aria-label={title}>
      <div className="details-section-head">
        <h3>{title}</h3>
        {frames !== null && (
          <>
            <span className="facet-total">{frames.length} frames</span>
            <CopyButton label={`Copy ${title.toLowerCase()}`} text={() => `${frames.join('\n')}\n`} />
          </>
        )}
      </div>
      {frames === null ? (
        <p className="details-none">{missing}</p>
      ) : (
        <ol className="stack" data-testid={testId}>
          {frames.map((frame, index) => {
            const { module, name, offset } = frameParts(frame);
            return (
              <li key={index} className={isSystemFrame(module) ? 'is-system' : ''} title={frame}>
                {module !== '' && <span className="frame-module">{module}</span>}
                {module !== '' && name !== '' && <span className="frame-bang">!</span>}
                <span className="frame-name">{name}</span>
                <span className="frame-offset">{offset}</span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
