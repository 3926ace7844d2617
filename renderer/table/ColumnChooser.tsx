import { useState, type DragEvent, type KeyboardEvent } from 'react';
import type { TableColumn } from '../../shared/tables.ts';
import { movedTo } from './columnOrder.ts';

interface ColumnChooserProps {
  columns: readonly TableColumn[];
  /** Shown ids in their order, without the fixed ones. */
  shown: readonly string[];
  /** null: the table's own. */
  onChange: (shown: readonly string[] | null) => void;
}

/** Which columns are shown and in which order: shown ones first, moved by drag or Alt+↑ ↓, then the others. */
export function ColumnChooser({ columns, shown, onChange }: ColumnChooserProps) {
  const [search, setSearch] = useState('');
  const [dragged, setDragged] = useState<string | null>(null);
  const byId = new Map(columns.map((column) => [column.id, column]));
  const others = columns.filter(({ id }) => !shown.includes(id));
  const wanted = search.trim().toLowerCase();
  const isWanted = ({ header, title }: TableColumn) => `${header} ${title}`.toLowerCase().includes(wanted);
  const entries = [...shown.flatMap((id) => byId.get(id) ?? []), ...others].filter(isWanted);

  function toggle(id: string): void {
    // A table without columns shows nothing to get one back from.
    if (shown.includes(id)) return shown.length > 1 ? onChange(shown.filter((other) => other !== id)) : undefined;
    onChange([...shown, id]);
  }

  function onKeyDown(event: KeyboardEvent, id: string): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey && shown.includes(id)) onChange(movedTo(shown, id, shown.indexOf(id) + step));
    else if (!event.altKey) {
      const boxes = [...(event.currentTarget.closest('ul')?.querySelectorAll('input') ?? [])];
      boxes[boxes.indexOf(event.currentTarget as HTMLInputElement) + step]?.focus();
    }
  }

  function onDrop(event: DragEvent, over: string): void {
    event.preventDefault();
    event.stopPropagation();
    if (dragged !== null && shown.includes(dragged) && shown.includes(over))
      onChange(movedTo(shown, dragged, shown.indexOf(over)));
    setDragged(null);
  }

  return (
    <div className="column-chooser">
      <input
        type="search"
        className="tool-search"
        placeholder="Search columns"
        aria-label="Search columns"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul aria-label="Columns">
        {entries.map(({ id, header, title }) => (
          <li
            key={id}
            title={title}
            draggable={shown.includes(id)}
            className={dragged === id ? 'is-dragged' : ''}
            onDragStart={(event) => {
              event.dataTransfer.setData('text/plain', header);
              setDragged(id);
            }}
            onDragOver={(event) => dragged !== null && event.preventDefault()}
            onDrop={(event) => onDrop(event, id)}
            onDragEnd={() => setDragged(null)}
          >
            <label>
              <input
                type="checkbox"
                checked={shown.includes(id)}
                onChange={() => toggle(id)}
                onKeyDown={(event) => onKeyDown(event, id)}
              />
              {header}
            </label>
            {shown.includes(id) && <span className="grip" aria-hidden="true" />}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p>No column has “{search}” in it.</p>}
      <p className="tool-hint">Drag, or Alt+↑ ↓ on a column, to reorder.</p>
      <button type="button" className="link-button" onClick={() => onChange(null)}>
        The table’s own columns
      </button>
    </div>
  );
}
