import { useId, useRef } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { containsFilter, textProblem, type TextField } from './filterText.ts';
import { SearchBox } from './SearchBox.tsx';
import { useTypedText } from './useTypedText.ts';

interface TextFilterBoxProps {
  title: string;
  field: TextField;
  placeholder: string;
  /** What is typed without wildcards is looked for anywhere in the text; without it, it is the filter as it stands. */
  contains?: boolean;
  testId: string;
}

/** A text filter that is typed. What cannot be is not put into force, and said. */
export function TextFilterBox({ title, field, placeholder, contains = false, testId }: TextFilterBoxProps) {
  const viewer = useViewer();
  const inForce = useViewerState('filter', (s) => s.filter[field] ?? '');
  /** What was typed for the filter in force, so that "abc" stays "abc" in the box while the filter says "*abc*". */
  const typed = useRef<{ text: string; filter: string } | null>(null);
  const applied = typed.current?.filter === inForce ? typed.current.text : inForce;
  const filterOf = (text: string) => (contains ? containsFilter(text) : text.trim()) ?? '';
  const [text, setText] = useTypedText(applied, (next) => {
    const filter = filterOf(next);
    if (textProblem(field, filter) !== null) return;
    typed.current = { text: next, filter };
    viewer.filter.getState().patch({ [field]: filter }, 'typed');
  });
  const problem = textProblem(field, filterOf(text));
  const hintId = useId();
  return (
    <>
      <SearchBox
        label={title}
        placeholder={placeholder}
        value={text}
        onChange={setText}
        describedBy={problem === null ? undefined : hintId}
        invalid={problem !== null}
        testId={testId}
      />
      {problem !== null && (
        <p id={hintId} className="range-hint" role="status">
          {problem}
        </p>
      )}
    </>
  );
}
