import {
  flexRender,
  getCoreRowModel,
  useReactTable,
  type ColumnDef,
  type ColumnSizingState,
  type SortingState,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useReducer, useRef, useState, type KeyboardEvent } from 'react';
import type { ObjectRow } from '../../shared/records.ts';
import { formatCount } from '../format.ts';
import { selectObject } from '../state/select.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { OBJECT_COLUMN_SPECS, type ColumnSpec } from './columns.ts';
import { nextSort } from './nextSort.ts';
import { createRowPages } from './rowPages.ts';

export const TABLE_ROW_HEIGHT = 24;
const HEADER_HEIGHT = 26;
/** Browsers cannot make an element higher than some 33 million px. */
const MAX_TABLE_ROWS = 1_300_000;

/** A visible row: its place in the order, and the object once it is fetched. */
interface TableRow {
  index: number;
  object: ObjectRow | undefined;
}

const SPECS = new Map(OBJECT_COLUMN_SPECS.map((spec) => [spec.id as string, spec]));

const COLUMN_DEFS: ColumnDef<TableRow>[] = OBJECT_COLUMN_SPECS.map((spec: ColumnSpec) => ({
  id: spec.id,
  header: spec.header,
  size: spec.width,
  minSize: 40,
  enableSorting: true,
  accessorFn: (row) => (row.object === undefined ? '' : spec.text(row.object)),
  cell: (context) => context.getValue(),
}));

/** The objects that the filter keeps, sorted by the worker, 200 rows at a time. */
export function ObjectsTable() {
  const viewer = useViewer();
  const scroller = useRef<HTMLDivElement>(null);
  const filter = useViewerState('filter', (s) => s.filter);
  const sort = useViewerState('table', (s) => s.sort);
  const selectedId = useViewerState('selection', (s) => s.id);
  const located = useViewerState('selection', (s) => s.located);
  const [columnSizing, setColumnSizing] = useState<ColumnSizingState>({});
  const [version, redraw] = useReducer((count: number) => count + 1, 0);
  const [pages] = useState(() => createRowPages(viewer, redraw));
  /** Row that the keyboard is on, by index; the selected object's row after a selection. */
  const [activeIndex, setActiveIndex] = useState(-1);

  const matched = pages.matched();
  const count = Math.min(matched, MAX_TABLE_ROWS);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => TABLE_ROW_HEIGHT,
    overscan: 12,
    useFlushSync: false,
    // The header stands above the rows, and stays over them while they scroll.
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    // Where nothing is laid out (tests), a screenful all the same.
    initialRect: { width: 800, height: 480 },
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => {
    scroller.current?.scrollTo?.({ top: 0 });
    setActiveIndex(-1);
    pages.reset(filter, sort, 0, 40);
  }, [pages, filter, sort]);

  useEffect(() => {
    if (count > 0) pages.want(first, last);
  }, [pages, first, last, count]);

  useEffect(() => {
    if (located === null || located.tableRow < 0) return;
    setActiveIndex(located.tableRow);
    if (located.origin !== 'table') virtualizer.scrollToIndex(located.tableRow, { align: 'auto' });
  }, [located, virtualizer]);

  const rows = useMemo(
    () =>
      Array.from({ length: items.length }, (_, i): TableRow => ({ index: first + i, object: pages.row(first + i) })),

    [pages, first, items.length, version],
  );
  const sorting = useMemo<SortingState>(() => sort.map((key) => ({ id: key.column, desc: key.descending })), [sort]);
  const table = useReactTable({
    data: rows,
    columns: COLUMN_DEFS,
    state: { sorting, columnSizing },
    manualSorting: true,
    // The rows are a window of the order: another window resets nothing.
    autoResetAll: false,
    columnResizeMode: 'onChange',
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => String(row.index),
    onColumnSizingChange: setColumnSizing,
  });

  function activate(index: number): void {
    if (matched === 0) return;
    const target = Math.max(0, Math.min(count - 1, index));
    setActiveIndex(target);
    virtualizer.scrollToIndex(target, { align: 'auto' });
    const object = pages.row(target);
    if (object !== undefined) void selectObject(viewer, object.id, 'table');
    else pendingIndex.current = target;
  }
  /** A row that was moved to before it was fetched; it is selected when it comes. */
  const pendingIndex = useRef(-1);
  const pendingRow = pendingIndex.current >= 0 ? pages.row(pendingIndex.current) : undefined;
  useEffect(() => {
    if (pendingRow === undefined) return;
    pendingIndex.current = -1;
    void selectObject(viewer, pendingRow.id, 'table');
  }, [pendingRow, viewer]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / TABLE_ROW_HEIGHT) - 2);
    if (event.key === 'ArrowDown') activate(activeIndex + 1);
    else if (event.key === 'ArrowUp') activate(Math.max(0, activeIndex - 1));
    else if (event.key === 'PageDown') activate(activeIndex + page);
    else if (event.key === 'PageUp') activate(activeIndex - page);
    else if (event.key === 'Home') activate(0);
    else if (event.key === 'End') activate(count - 1);
    else if (event.key === 'Enter') {
      activate(Math.max(0, activeIndex));
      // The pane opens with the selection; Enter goes there.
      setTimeout(() => document.querySelector<HTMLElement>('[data-details-focus]')?.focus(), 60);
    } else return;
    event.preventDefault();
  }

  const totalWidth = table.getTotalSize();
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const activeId =
    activeIndex >= 0 && items.some((item) => item.index === activeIndex) ? `object-row-${activeIndex}` : undefined;

  return (
    <div className="objects">
      <div
        ref={scroller}
        className="objects-scroller"
        role="grid"
        aria-label="Objects"
        aria-rowcount={matched + 1}
        aria-colcount={headers.length}
        aria-multiselectable={false}
        aria-activedescendant={activeId}
        tabIndex={0}
        data-testid="objects-table"
        onKeyDown={onKeyDown}
      >
        <div className="objects-head" role="rowgroup" style={{ width: totalWidth }}>
          <div role="row" aria-rowindex={1} className="objects-row">
            {headers.map((header, column) => {
              const spec = SPECS.get(header.id)!;
              const sorted = header.column.getIsSorted();
              const order = header.column.getSortIndex();
              return (
                <div
                  key={header.id}
                  role="columnheader"
                  aria-colindex={column + 1}
                  aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
                  className={`objects-header align-${spec.align}`}
                  style={{ width: header.getSize() }}
                >
                  <button
                    type="button"
                    title={`${spec.title}. Click to sort, Shift+click to sort by this too.`}
                    onClick={(event) => {
                      const { sort: old, setSort } = viewer.table.getState();
                      setSort(nextSort(old, spec.id, event.shiftKey));
                    }}
                  >
                    <span className="objects-header-text">
                      {flexRender(header.column.columnDef.header, header.getContext())}
                    </span>
                    {sorted !== false && (
                      <span className="sort-mark" aria-hidden="true">
                        {sorted === 'asc' ? '▲' : '▼'}
                        {sort.length > 1 ? order + 1 : ''}
                      </span>
                    )}
                  </button>
                  <div
                    className="column-resizer"
                    onMouseDown={header.getResizeHandler()}
                    onTouchStart={header.getResizeHandler()}
                    onDoubleClick={() => header.column.resetSize()}
                    aria-hidden="true"
                  />
                </div>
              );
            })}
          </div>
        </div>
        <div className="objects-body" role="rowgroup" style={{ height: virtualizer.getTotalSize(), width: totalWidth }}>
          {table.getRowModel().rows.map((row) => {
            const { index, object } = row.original;
            const selected = object !== undefined && object.id === selectedId;
            return (
              <div
                key={row.id}
                id={`object-row-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={selected}
                className={`objects-row${selected ? ' is-selected' : ''}${index === activeIndex ? ' is-active' : ''}${index % 2 === 1 ? ' is-odd' : ''}`}
                style={{ transform: `translateY(${index * TABLE_ROW_HEIGHT}px)` }}
                data-testid="object-row"
                data-id={object?.id}
                onClick={() => activate(index)}
              >
                {row.getVisibleCells().map((cell, column) => {
                  const spec = SPECS.get(cell.column.id)!;
                  const text = String(cell.getValue());
                  const tone = object === undefined ? '' : (spec.tone?.(object) ?? '');
                  return (
                    <div
                      key={cell.id}
                      role="gridcell"
                      aria-colindex={column + 1}
                      className={`objects-cell align-${spec.align} column-${spec.id} ${tone}`}
                      style={{ width: cell.column.getSize() }}
                      title={text.length > 12 ? text : undefined}
                    >
                      {flexRender(cell.column.columnDef.cell, cell.getContext())}
                    </div>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
      {matched > MAX_TABLE_ROWS && (
        <p className="objects-cut">
          The first {formatCount(MAX_TABLE_ROWS)} of {formatCount(matched)} rows. Sort or filter to see the others.
        </p>
      )}
    </div>
  );
}
