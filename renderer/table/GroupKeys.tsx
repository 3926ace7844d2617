import { useRef, useState, type KeyboardEvent } from 'react';
import { GROUP_KEYS, type GroupKey } from '../../shared/tables.ts';
import { CloseIcon, PlusIcon } from '../app/icons.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { movedTo, withFixed } from './columnOrder.ts';
import { ToolPopover } from './ToolPopover.tsx';

/** Ids of the columns that stand left of the counts. */
export const GROUP_COLUMNS: ReadonlySet<string> = new Set(GROUP_KEYS);

const GROUP_TITLES: Record<GroupKey, string> = {
  process: 'Process',
  type: 'Type',
  createStack: 'Create stack',
  closeStack: 'Close stack',
  name: 'Name',
  inheritedFrom: 'Inherited from',
};

/** What the rows are grouped by, outermost first: chips that are moved by drag or ← →, taken out by ✕ or Delete. */
export function GroupKeys() {
  const viewer = useViewer();
  const groupBy = useViewerState('tables', (s) => s.groupBy);
  function set(keys: readonly GroupKey[]): void {
    const tables = viewer.tables.getState();
    const { columns } = tables.tables.groups;
    if (columns !== null) tables.setTable('groups', { columns: withFixed(keys, columns, GROUP_COLUMNS) });
    tables.setGroupBy(keys);
  }
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<GroupKey | null>(null);
  const others = GROUP_KEYS.filter((key) => !groupBy.includes(key));

  /** Without a level there are no groups: the last one stays. */
  function remove(key: GroupKey): void {
    if (groupBy.length > 1) set(groupBy.filter((other) => other !== key));
  }

  function onKeyDown(event: KeyboardEvent, key: GroupKey): void {
    const at = groupBy.indexOf(key);
    if (event.key === 'Delete' || event.key === 'Backspace') remove(key);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const to = Math.max(0, Math.min(groupBy.length - 1, at + (event.key === 'ArrowLeft' ? -1 : 1)));
      if (to !== at) set(movedTo(groupBy, key, to) as GroupKey[]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="group-keys" data-testid="group-keys">
      <span id="group-by">Group by</span>
      <ul ref={list} aria-labelledby="group-by">
        {groupBy.map((key) => (
          <li
            key={key}
            className={`group-key${dragged === key ? ' is-dragged' : ''}`}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.setData('text/plain', GROUP_TITLES[key]);
              setDragged(key);
            }}
            onDragOver={(event) => dragged !== null && event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              event.stopPropagation();
              if (dragged !== null && dragged !== key)
                set(movedTo(groupBy, dragged, groupBy.indexOf(key)) as GroupKey[]);
              setDragged(null);
            }}
            onDragEnd={() => setDragged(null)}
          >
            <button
              type="button"
              className="group-key-name"
              title="← → to move, Delete to take out"
              aria-label={`${GROUP_TITLES[key]}, level ${groupBy.indexOf(key) + 1} of ${groupBy.length}`}
              onKeyDown={(event) => onKeyDown(event, key)}
            >
              {GROUP_TITLES[key]}
            </button>
            <button
              type="button"
              className="group-key-remove"
              aria-label={`Do not group by ${GROUP_TITLES[key]}`}
              disabled={groupBy.length === 1}
              onClick={() => remove(key)}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <ToolPopover label="Add" title="Group by something else too" icon={<PlusIcon />} testId="group-add">
          {(close) => (
            <div className="tool-choices">
              {others.map((key) => (
                <button
                  key={key}
                  type="button"
                  onClick={() => {
                    close();
                    set([...groupBy, key]);
                  }}
                >
                  {GROUP_TITLES[key]}
                </button>
              ))}
            </div>
          )}
        </ToolPopover>
      )}
    </div>
  );
}
