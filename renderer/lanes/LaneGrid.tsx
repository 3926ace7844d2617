import { memo } from 'react';
import type { ObjectRow } from '../../shared/records.ts';
import type { TimeFormat } from '../timeFormat.ts';
import { displayName } from '../displayName.ts';
import { describeBar, describeGroup, describeObject, describePath } from './describe.ts';
import { loadedRow, type LaneData } from './laneData.ts';

interface LaneGridProps {
  /** Prefix of the cells' ids. */
  id: string;
  data: LaneData;
  /** Visible rows [from, to). */
  from: number;
  to: number;
  /** Where the keyboard is: row and bar, -1 on the row's label or where there is no bar. */
  cursorRow: number;
  cursorBar: number;
  /** The selected object, where its details are there: its cell tells exact times and its name. */
  selected: ObjectRow | null;
  /** Lifetimes of a row that are cells; those of the cursor's row lie around it. */
  cells: number;
  time: TimeFormat;
}

/** The id of the cell that the keyboard is on. */
export function cellId(id: string, row: number, bar: number): string {
  return bar < 0 ? `${id}-${row}` : `${id}-${row}-${bar}`;
}

/**
 * What the canvas shows, as rows and cells for screen readers: the visible rows, each with its label and its lifetimes in words. The
 * grid around them keeps the focus and points at the cell that the keyboard is on.
 */
export const LaneGrid = memo(function LaneGrid(props: LaneGridProps) {
  const { data, from, to, cursorRow } = props;
  if (data.response.totalRows === 0) {
    return (
      <div role="row" aria-rowindex={1}>
        <div role="gridcell">No object matches the filters.</div>
      </div>
    );
  }
  const rows = [];
  if (cursorRow >= 0 && cursorRow < from) rows.push(<GridRow key={cursorRow} row={cursorRow} {...props} />);
  for (let row = from; row < to; row++) {
    if (loadedRow(data, row) !== undefined) rows.push(<GridRow key={row} row={row} {...props} />);
  }
  if (cursorRow >= to) rows.push(<GridRow key={cursorRow} row={cursorRow} {...props} />);
  return rows;
});

function GridRow(props: LaneGridProps & { row: number }) {
  const { id, data, row, cursorRow, cursorBar, time, selected } = props;
  const entry = loadedRow(data, row);
  const isCursor = row === cursorRow;
  const isGroup = entry?.kind === 'group';
  const label =
    entry === undefined
      ? 'loading'
      : isGroup
        ? describeGroup(entry, data.grouping)
        : [displayName(entry.label, 200), describePath(data, row)].filter((part) => part !== '').join(', ');
  const bars = isGroup || entry === undefined ? [] : shownBars(props);
  const isOnLabel = isCursor && (cursorBar < 0 || isGroup);
  return (
    <div role="row" aria-rowindex={row + 1}>
      <div role="rowheader" id={cellId(id, row, -1)} {...marks(isOnLabel)}>
        {isOnLabel && !isGroup && entry !== undefined ? `Empty lane, ${label}` : label}
      </div>
      {bars.map((bar) => {
        const isActive = isCursor && bar === cursorBar;
        const object = data.response.bars.id[bar];
        const isSelected = selected !== null && object === selected.id;
        return (
          <div key={bar} role="gridcell" id={cellId(id, row, bar)} aria-selected={isSelected} {...marks(isActive)}>
            {isSelected ? describeObject(selected, time) : describeBar(data, bar, time)}
          </div>
        );
      })}
    </div>
  );
}

function marks(isActive: boolean) {
  return isActive ? { 'data-testid': 'lanes-live', 'data-active': true } : {};
}

/** Bars of a row that are cells, in order. */
function shownBars({ data, row, cells, cursorRow, cursorBar }: LaneGridProps & { row: number }): number[] {
  const at = row - data.response.firstRow;
  const first = data.barStart[at];
  const end = data.barStart[at + 1];
  const middle = row === cursorRow && cursorBar >= 0 ? cursorBar : first;
  const from = Math.max(first, Math.min(middle - (cells >> 1), end - cells));
  return Array.from({ length: Math.min(cells, end - from) }, (_, index) => from + index);
}
