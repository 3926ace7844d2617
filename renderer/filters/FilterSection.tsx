import { useId, type ReactNode } from 'react';
import type { Filter } from '../../shared/filter.ts';
import { CloseIcon, TriangleIcon } from '../app/icons.tsx';
import { useRemembered } from '../state/useRemembered.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

interface FilterSectionProps {
  /** What it is remembered by. */
  id: string;
  title: string;
  /** Beside the title: a count, a unit. */
  note?: string | undefined;
  /** The filters that are set in it: it says whether one is, and can clear them. */
  fields: readonly (keyof Filter)[];
  /** Closed until the user opens it. */
  closed?: boolean;
  children: ReactNode;
}

/** A part of the filter panel that can be closed, and stays so. */
export function FilterSection({ id, title, note, fields, closed = false, children }: FilterSectionProps) {
  const viewer = useViewer();
  const active = useViewerState('filter', (s) => fields.some((field) => s.filter[field] !== undefined));
  const [open, setOpen] = useRemembered(`filters.${id}`, !closed);
  const bodyId = useId();
  return (
    <section className={`facet${active ? ' is-active' : ''}`} aria-label={title} data-section={id}>
      <div className="facet-head">
        <h2>
          <button type="button" aria-expanded={open} aria-controls={bodyId} onClick={() => setOpen(!open)}>
            <TriangleIcon open={open} />
            {title}
          </button>
        </h2>
        {active && (
          <button
            type="button"
            className="icon-button"
            aria-label={`Clear: ${title}`}
            title={`Clear: ${title}`}
            onClick={() =>
              viewer.filter.getState().patch(Object.fromEntries(fields.map((field) => [field, undefined])))
            }
          >
            <CloseIcon />
          </button>
        )}
        {note !== undefined && <span className="facet-total">{note}</span>}
      </div>
      <div id={bodyId} className="facet-body" hidden={!open}>
        {open && children}
      </div>
    </section>
  );
}
