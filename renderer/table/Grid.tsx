import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { TriangleIcon } from '../app/icons.tsx';
import { useElementSize } from '../app/useElementSize.ts';
import { displayName } from '../displayName.ts';
import { fitWidths } from './fitWidths.ts';
import { GridHeader, HEADER_HEIGHT } from './GridHeader.tsx';
import { gridMove } from './gridKeys.ts';
import type { GridActions, GridColumn, GridRow, MenuItem } from './gridTypes.ts';
import type { RowPages } from './rowPages.ts';
import { RowMenu } from './RowMenu.tsx';
import { hasRow } from './rowRanges.ts';
import type { RowCursor } from './useRowCursor.ts';
import { useVirtualRows } from './useVirtualRows.ts';

export const ROW_HEIGHT = 24;
/** A level of a tree, px. */
const INDENT = 14;

export interface GridProps<Row extends GridRow> {
  label: string;
  testId: string;
  rowTestId: string;
  /** In this column stand the triangles of a tree; null: a flat table. */
  treeColumn: ((row: Row) => string) | null;
  /** Indents the tree column by depth, where all levels stand in one. */
  indent?: boolean;
  columns: readonly GridColumn<Row>[];
  sort: readonly { column: string; descending: boolean }[];
  pages: RowPages<Row>;
  cursor: RowCursor;
  actions: GridActions<Row>;
  rowClass?: (row: Row) => string;
  /** Id of the object that a row is about, for tests and the shared selection. */
  rowId?: (row: Row) => number;
  /** Goes to a row whenever `serial` rises: `active` too where the keyboard shall be there. */
  goal: { row: number; serial: number } | null;
  /** What stands in the place of rows where there are none. */
  empty: ReactNode;
}

/** A virtual table or tree: only what is seen is drawn, rows are fetched as they are needed, everything works by keyboard. */
export function Grid<Row extends GridRow>(props: GridProps<Row>) {
  const { pages, cursor, actions, goal, treeColumn } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const room = useElementSize(scroller).width;
  const columns = useMemo(() => {
    const widths = fitWidths(props.columns, room);
    return props.columns.map((column, at) => ({ ...column, width: widths[at] }));
  }, [props.columns, room]);
  const total = pages.total();
  const rows = useVirtualRows(scroller, total, ROW_HEIGHT, HEADER_HEIGHT);
  const [menu, setMenu] = useState<{ x: number; y: number; items: MenuItem[] } | null>(null);
  const { first, last, reveal } = rows;

  useEffect(() => {
    if (last >= first) pages.want(first, last);
  }, [pages, first, last, total]);

  const serial = goal?.serial;
  const goalRow = goal?.row ?? -1;
  const { goTo } = cursor;
  const isThere = goalRow >= 0 && goalRow < total;
  const reached = useRef(0);
  useEffect(() => {
    // Once, as soon as the row is there: a table that has just been opened has none yet.
    if (serial === undefined || serial === reached.current || !isThere) return;
    reached.current = serial;
    goTo(goalRow);
    reveal(goalRow, 'centre');
  }, [serial, goalRow, isThere, goTo, reveal]);

  /** A row that was moved to before it was fetched; it becomes the selection when it comes. */
  const pending = useRef(-1);
  const pendingRow = pending.current >= 0 ? pages.row(pending.current) : undefined;
  const { activate } = actions;
  useEffect(() => {
    if (pendingRow === undefined) return;
    pending.current = -1;
    activate?.(pendingRow);
  }, [pendingRow, activate]);

  function moveTo(index: number, how?: 'extend' | 'toggle'): void {
    if (total === 0) return;
    const target = Math.max(0, Math.min(total - 1, index));
    cursor.goTo(target, how);
    reveal(target);
    const row = pages.row(target);
    pending.current = row === undefined ? target : -1;
    if (row !== undefined) activate?.(row);
  }

  function openMenu(index: number, column: GridColumn<Row>, x: number, y: number): void {
    const row = pages.row(index);
    if (row === undefined || actions.menu === undefined) return;
    if (!hasRow(cursor.selected, index)) moveTo(index);
    setMenu({ x, y, items: actions.menu(row, index, column) });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (runKey(event)) event.preventDefault();
  }

  /** Whether the key means something here. */
  function runKey(event: KeyboardEvent): boolean {
    const control = event.ctrlKey || event.metaKey;
    const row = cursor.active < 0 ? undefined : pages.row(cursor.active);
    const { key } = event;
    if (control && key.toLowerCase() === 'a' && !event.shiftKey) cursor.selectAll(total);
    else if (control && key.toLowerCase() === 'c' && !event.shiftKey && actions.copy !== undefined) actions.copy();
    else if (control && key === ' ' && cursor.active >= 0) cursor.goTo(cursor.active, 'toggle');
    else if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) openMenuByKey();
    else if (control) return false;
    else if (key === 'Enter' && row !== undefined) actions.open?.(row);
    else if (treeColumn !== null && row !== undefined && runTreeKey(key, row)) return true;
    else {
      const to = gridMove(key, cursor.active, total, rows.page);
      if (to === null) return false;
      moveTo(to, event.shiftKey ? 'extend' : undefined);
    }
    return true;
  }

  function runTreeKey(key: string, row: Row): boolean {
    if (key === '*') actions.openBelow?.(row, cursor.active);
    else if (key === 'ArrowRight' && row.children && !row.open) actions.toggle?.(row);
    else if (key === 'ArrowRight' && row.open) moveTo(cursor.active + 1);
    else if (key === 'ArrowLeft' && row.open) actions.toggle?.(row);
    else if (key === 'ArrowLeft' && row.depth > 0) moveTo(parentOf(pages, cursor.active, row.depth));
    else return false;
    return true;
  }

  function openMenuByKey(): void {
    if (cursor.active < 0) return;
    const element = document.getElementById(rowElementId(cursor.active));
    const box = (element ?? scroller.current)?.getBoundingClientRect();
    if (box !== undefined) openMenu(cursor.active, columns[0], box.left + 40, box.top + ROW_HEIGHT);
  }

  const rowElementId = (index: number) => `${props.testId}-${index}`;
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const isDrawn = cursor.active >= first && cursor.active <= last;

  return (
    <div className="grid">
      <div
        ref={scroller}
        className="grid-scroller"
        role={treeColumn === null ? 'grid' : 'treegrid'}
        aria-label={props.label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        aria-multiselectable={true}
        aria-activedescendant={isDrawn ? rowElementId(cursor.active) : undefined}
        tabIndex={0}
        data-grid
        data-testid={props.testId}
        onKeyDown={onKeyDown}
      >
        <GridHeader columns={columns} sort={props.sort} actions={actions} scroller={scroller} width={width} />
        <div className="grid-body" role="rowgroup" style={{ height: rows.height, width }}>
          {shown.map((index) => {
            const row = pages.row(index);
            const selected = hasRow(cursor.selected, index);
            return (
              <div
                key={index}
                id={rowElementId(index)}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={selected}
                aria-busy={row === undefined || undefined}
                {...(treeColumn !== null &&
                  row !== undefined && {
                    'aria-level': row.depth + 1,
                    'aria-expanded': row.children ? row.open : undefined,
                  })}
                className={rowClass(index, row, selected)}
                style={{ transform: `translateY(${rows.top(index)}px)` }}
                data-testid={props.rowTestId}
                data-id={row === undefined ? undefined : props.rowId?.(row)}
                onClick={(event) => moveTo(index, event.shiftKey ? 'extend' : control(event) ? 'toggle' : undefined)}
                onDoubleClick={() => row !== undefined && actions.zoom?.(row)}
                onContextMenu={(event) => {
                  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-column]');
                  const column = columns.find(({ id }) => id === cell?.dataset.column) ?? columns[0];
                  event.preventDefault();
                  openMenu(index, column, event.clientX, event.clientY);
                }}
              >
                {columns.map((column, at) => (
                  <Cell
                    key={column.id}
                    column={column}
                    at={at}
                    row={row}
                    index={index}
                    tree={row !== undefined && treeColumn?.(row) === column.id}
                    indent={props.indent === true}
                    onToggle={actions.toggle}
                  />
                ))}
              </div>
            );
          })}
        </div>
        {total === 0 && pages.page() !== null && (
          <div className="grid-empty" role="row">
            <div role="gridcell">{props.empty}</div>
          </div>
        )}
      </div>
      {menu !== null && (
        <RowMenu
          {...menu}
          onClose={() => {
            setMenu(null);
            scroller.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );

  function rowClass(index: number, row: Row | undefined, selected: boolean): string {
    const parts = ['grid-row', row === undefined ? 'is-pending' : (props.rowClass?.(row) ?? '')];
    if (selected) parts.push('is-selected');
    if (index === cursor.active) parts.push('is-active');
    if (index % 2 === 1) parts.push('is-odd');
    if (row?.hit === true) parts.push('is-hit');
    return parts.filter((part) => part !== '').join(' ');
  }
}

interface CellProps<Row extends GridRow> {
  column: GridColumn<Row>;
  at: number;
  row: Row | undefined;
  index: number;
  /** The triangle stands here. */
  tree: boolean;
  indent: boolean;
  onToggle: ((row: Row) => void) | undefined;
}

function Cell<Row extends GridRow>({ column, at, row, index, tree, indent, onToggle }: CellProps<Row>) {
  const classes = `grid-cell align-${column.align} column-${column.id}${column.divider === true ? ' has-divider' : ''}`;
  const text = row === undefined ? '' : column.text(row);
  return (
    <div
      role="gridcell"
      aria-colindex={at + 1}
      className={row === undefined ? classes : `${classes} ${column.className?.(row) ?? ''}`}
      style={{ width: column.width, ...(tree && indent && { paddingLeft: 9 + INDENT * Math.min(60, row!.depth) }) }}
      title={text.length > 8 ? displayName(text, 400) : undefined}
      data-column={column.id}
    >
      {tree && row !== undefined && (
        <span
          className={`grid-triangle${row.children ? '' : ' is-leaf'}`}
          aria-hidden="true"
          onClick={(event) => {
            if (row.children) onToggle?.(row);
            event.stopPropagation();
          }}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          {row.children && <TriangleIcon open={row.open} />}
        </span>
      )}
      {row !== undefined && column.cell(row, index)}
    </div>
  );
}

const control = (event: MouseEvent) => event.ctrlKey || event.metaKey;

/** The row above that a row belongs to; the nearest that is fetched. */
function parentOf<Row extends GridRow>(pages: RowPages<Row>, index: number, depth: number): number {
  for (let at = index - 1; at >= 0; at--) {
    const row = pages.row(at);
    if (row === undefined || row.depth < depth) return at;
  }
  return 0;
}
