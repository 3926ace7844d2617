import { useState } from 'react';
import type { StackText } from '../../shared/records.ts';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { formatPlural } from '../format.ts';
import { frameParts } from './detailsText.ts';
import { foldFrames } from './foldFrames.ts';

interface StackViewProps {
  stack: StackText;
  /** "Just my code": runs of system frames are one line each, which opens. */
  fold: boolean;
  label: string;
  testId?: string;
}

/** A stack, leaf first: functions that were inlined above the frame that they are in, system frames dimmed. */
export function StackView({ stack, fold, label, testId }: StackViewProps) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const runs = fold ? foldFrames(stack.system) : [{ from: 0, to: stack.frames.length, folded: false }];
  const main = stack.system.indexOf(false);
  return (
    <ol className="stack" aria-label={label} data-testid={testId}>
      {runs.map(({ from, to, folded }) =>
        folded && !opened.has(from) ? (
          <li key={from} className="stack-fold">
            <button type="button" className="link-button" onClick={() => setOpened(new Set([...opened, from]))}>
              {formatPlural(to - from, 'system frame')}
            </button>
          </li>
        ) : (
          indexes(from, to).map((index) => <Frame key={index} stack={stack} index={index} main={index === main} />)
        ),
      )}
    </ol>
  );
}

function Frame({ stack, index, main }: { stack: StackText; index: number; main: boolean }) {
  const text = stack.frames[index];
  const place = stack.places[index] ?? null;
  const { module, name, offset } = frameParts(text);
  const kind = stack.system[index] ? 'is-system' : main ? 'is-main' : '';
  return (
    <li className={kind} title={displayName(place === null ? text : `${text}\n${place}`)}>
      {(stack.inlined[index] ?? []).map((inlined, at) => (
        <div key={at} className="frame-inlined">
          <Name text={inlined} /> <span className="frame-tag">inlined</span>
        </div>
      ))}
      <span className="frame-module">
        <Name text={module} />
      </span>
      {module !== '' && name !== '' && <span className="frame-bang">!</span>}
      <span className="frame-name">
        <Name text={name} />
      </span>
      <span className="frame-offset">{offset}</span>
      {place !== null && (
        <span className="frame-place">
          <Name text={place} />
        </span>
      )}
    </li>
  );
}

function indexes(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
