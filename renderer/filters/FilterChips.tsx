import { useEffect, useRef, useState } from 'react';
import type { Filter } from '../../shared/filter.ts';
import { formatQuery, parseQuery } from '../../shared/queryText.ts';
import type { FacetName, Facets } from '../../shared/service.ts';
import { NO_TEXT } from '../../shared/textFilter.ts';
import { CloseIcon } from '../app/icons.tsx';
import { Name } from '../app/Name.tsx';
import { endWord } from '../details/detailsText.ts';
import { displayName } from '../displayName.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { filterChips, type Chip } from './chips.ts';
import type { TextField } from './filterText.ts';

/** The active filters: a click edits one as text, its ✕ takes it out. Nothing where there are none. */
export function FilterChips() {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const facets = useViewerState('data', (s) => s.facets);
  const [edited, setEdited] = useState<string | null>(null);
  const group = useRef<HTMLDivElement>(null);
  /** The chip that gets the focus back from its editor, by its place: an edit can change its key. */
  const focused = useRef<number | null>(null);
  useEffect(() => {
    if (edited !== null || focused.current === null) return;
    group.current?.querySelectorAll<HTMLElement>('.chip-edit')[focused.current]?.focus();
    focused.current = null;
  }, [edited]);
  const chips = filterChips(filter, (field, value) => valueWords(facets, field, value));
  if (chips.length === 0) return null;
  return (
    <div ref={group} className="chips" role="group" aria-label="Active filters">
      {chips.map((chip, index) =>
        chip.key === edited ? (
          <ChipEditor
            key={chip.key}
            chip={chip}
            filter={filter}
            onClose={(byKey) => {
              focused.current = byKey ? index : null;
              setEdited(null);
            }}
          />
        ) : (
          <ChipView key={chip.key} chip={chip} onEdit={() => setEdited(chip.key)} />
        ),
      )}
      <button
        type="button"
        className="link-button"
        data-testid="clear-filters"
        onClick={() => viewer.filter.getState().clear()}
      >
        Clear all
      </button>
    </div>
  );
}

/** A value in the words of the lists: a stack, of which the filter has only the number, by its first frame. */
function valueWords(facets: Facets | null, field: TextField, value: string): string {
  if (field === 'end' && value !== NO_TEXT) return endWord(value);
  const entries = facets !== null && field in facets.lists ? facets.lists[field as FacetName].entries : [];
  const label = entries.find((entry) => entry.value === value)?.label;
  if (field !== 'createStackId' || value === NO_TEXT) return label ?? value;
  return label === undefined ? `stack ${value}` : `${label} (stack ${value})`;
}

function ChipView({ chip, onEdit }: { chip: Chip; onEdit: () => void }) {
  const viewer = useViewer();
  const words = displayName(`${chip.label} ${chip.excludes ? 'not ' : ''}${chip.value}`.trim(), 400);
  return (
    <span className={`chip${chip.excludes ? ' is-excluding' : ''}`} data-testid="filter-chip">
      <button type="button" className="chip-edit" title={`${words}\nClick to edit`} onClick={onEdit}>
        <span className="chip-label">
          {chip.label}
          {chip.excludes && ' not'}
        </span>{' '}
        {chip.value !== '' && (
          <span className="chip-value">
            <Name text={chip.value} most={200} />
          </span>
        )}
      </button>
      <button
        type="button"
        className="chip-remove"
        aria-label={`Remove filter ${words}`}
        onClick={() => viewer.filter.getState().patch(chip.without)}
      >
        <CloseIcon />
      </button>
    </span>
  );
}

interface ChipEditorProps {
  chip: Chip;
  filter: Filter;
  /** `byKey`: the focus was in it and has to go somewhere. */
  onClose: (byKey: boolean) => void;
}

/** A chip as query text. Enter puts it in the place of the chip, Esc leaves it as it was. */
function ChipEditor({ chip, filter, onClose }: ChipEditorProps) {
  const viewer = useViewer();
  const [text, setText] = useState(() => formatQuery(chip.only));
  const input = useRef<HTMLInputElement>(null);
  const [error] = parseQuery(text).errors;
  useEffect(() => {
    input.current?.focus();
    // The value alone: that is what changes most.
    input.current?.setSelectionRange(text.indexOf(':') + 1, text.length);
  }, []);

  function apply(): void {
    const rest = formatQuery({ ...filter, ...chip.without });
    const { filter: changed, errors } = parseQuery(`${rest} ${text}`);
    if (errors.length > 0) return;
    onClose(true);
    viewer.filter.getState().replace(changed);
  }

  return (
    <span className="chip is-edited">
      <input
        ref={input}
        type="text"
        aria-label={`Edit filter ${chip.label}`}
        aria-invalid={error !== undefined}
        title={error?.message}
        spellCheck={false}
        autoComplete="off"
        size={Math.min(60, Math.max(12, text.length + 1))}
        value={text}
        data-testid="chip-editor"
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
          else if (event.key === 'Escape') onClose(true);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={() => onClose(false)}
      />
      {error !== undefined && (
        <span className="chip-error" role="status">
          {error.message}
        </span>
      )}
    </span>
  );
}
