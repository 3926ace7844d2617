import { useId, useRef } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { containsFilter } from './filterText.ts';
import { SearchBox } from './SearchBox.tsx';
import { useTypedText } from './useTypedText.ts';

interface TextFilterBoxProps {
  title: string;
  field: 'objectName' | 'createStack';
  placeholder: string;
  /** True: what is typed without wildcards is looked for anywhere in the text; false: the worker does so by itself. */
  contains: boolean;
  testId: string;
}

/** A text filter that is typed. */
export function TextFilterBox({ title, field, placeholder, contains, testId }: TextFilterBoxProps) {
  const viewer = useViewer();
  const inForce = useViewerState('filter', (s) => s.filter[field] ?? '');
  /** What was typed for the filter in force, so that "abc" stays "abc" in the box while the filter says "*abc*". */
  const typed = useRef<{ text: string; filter: string } | null>(null);
  const applied = typed.current?.filter === inForce ? typed.current.text : inForce;
  const [text, setText] = useTypedText(applied, (next) => {
    const filter = (contains ? containsFilter(next) : next.trim()) ?? '';
    typed.current = { text: next, filter };
    viewer.filter.getState().patch({ [field]: filter });
  });
  const id = useId();
  return (
    <div role="group" className="facet" aria-labelledby={id}>
      <div className="facet-head">
        <h2 id={id}>{title}</h2>
      </div>
      <SearchBox label={title} placeholder={placeholder} value={text} onChange={setText} testId={testId} />
    </div>
  );
}
