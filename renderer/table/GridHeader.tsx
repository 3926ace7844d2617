import { useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import type { GridActions, GridColumn } from './gridTypes.ts';

export const HEADER_HEIGHT = 26;
const NARROWEST = 40;
const WIDEST = 1200;
/** A step of a key, px. */
const KEY_STEP = 16;
/** Padding of a cell and room for the mark of the sort, px. */
const FIT_ROOM = 26;
/** Pixels that the pointer may move before a click becomes a drag. */
const DRAG_START = 5;

interface GridHeaderProps<Row> {
  columns: readonly GridColumn<Row>[];
  sort: readonly { column: string; descending: boolean }[];
  actions: GridActions<Row>;
  scroller: RefObject<HTMLElement | null>;
  width: number;
}

/**
 * Column heads: a click sorts (with Shift by this column too), a drag moves the column, the edge makes it wider. By keyboard: ← → from
 * head to head, Enter sorts, Shift+← → makes narrower and wider, Shift+Home fits, Ctrl+Shift+← → moves.
 */
export function GridHeader<Row>({ columns, sort, actions, scroller, width }: GridHeaderProps<Row>) {
  const head = useRef<HTMLDivElement>(null);
  /** Only one head is a tab stop. */
  const [focused, setFocused] = useState(0);
  const [drag, setDrag] = useState<{ column: string; to: number } | null>(null);
  const stop = Math.min(focused, columns.length - 1);

  function onKeyDown(event: KeyboardEvent, at: number): void {
    const column = columns[at];
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0 && event.ctrlKey && event.shiftKey) moveColumn(column, at + step);
    else if (step !== 0 && event.shiftKey) resize(column, column.width + step * KEY_STEP);
    else if (event.key === 'Home' && event.shiftKey) fit(column);
    else if (step !== 0 && !event.ctrlKey && !event.altKey) focusHead(at + step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function focusHead(at: number): void {
    const next = Math.max(0, Math.min(columns.length - 1, at));
    setFocused(next);
    head.current?.querySelectorAll<HTMLElement>('[role="columnheader"] > button')[next]?.focus();
  }

  function moveColumn(column: GridColumn<Row>, to: number): void {
    if (column.fixed || to < 0 || to >= columns.length || columns[to].fixed) return;
    actions.move?.(column.id, to);
    setFocused(to);
  }

  function resize(column: GridColumn<Row>, wanted: number): void {
    actions.width?.(column.id, Math.round(Math.max(NARROWEST, Math.min(WIDEST, wanted))));
  }

  /** As wide as the widest of what is drawn. */
  function fit(column: GridColumn<Row>): void {
    const cells = scroller.current?.querySelectorAll(`[data-column="${CSS.escape(column.id)}"]`) ?? [];
    let widest = 0;
    for (const cell of cells) {
      const range = document.createRange();
      range.selectNodeContents(cell);
      const left = Number.parseFloat(getComputedStyle(cell).paddingLeft) || 0;
      widest = Math.max(widest, range.getBoundingClientRect().width + left - 9);
    }
    resize(column, widest + FIT_ROOM);
  }

  function startResize(event: PointerEvent<HTMLElement>, column: GridColumn<Row>): void {
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    follow(event.currentTarget, event.pointerId, (x) => resize(column, column.width + x - from));
  }

  /** A press on a head: a drag where it moves, else the click that sorts. */
  function startDrag(event: PointerEvent<HTMLElement>, column: GridColumn<Row>): void {
    if (event.button !== 0 || column.fixed || actions.move === undefined) return;
    const from = event.clientX;
    let to = -1;
    const heads = [...(head.current?.querySelectorAll<HTMLElement>('[role="columnheader"]') ?? [])];
    follow(
      event.currentTarget,
      event.pointerId,
      (x) => {
        if (to < 0 && Math.abs(x - from) < DRAG_START) return;
        const over = heads.findIndex((element) => x < element.getBoundingClientRect().right);
        to = over < 0 ? columns.length - 1 : over;
        while (columns[to]?.fixed) to++;
        setDrag({ column: column.id, to });
      },
      () => {
        setDrag(null);
        if (to < 0) return;
        dragged.current = true;
        actions.move?.(column.id, to);
      },
    );
  }
  /** The click that ends a drag sorts nothing. */
  const dragged = useRef(false);

  return (
    <div className="grid-head" role="rowgroup" style={{ width }} ref={head}>
      <div role="row" aria-rowindex={1} className="grid-row">
        {columns.map((column, at) => {
          const order = sort.findIndex((key) => key.column === column.id);
          const key = order < 0 ? null : sort[order];
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-colindex={at + 1}
              aria-sort={key === null ? 'none' : key.descending ? 'descending' : 'ascending'}
              className={headClass(column, drag?.to === at && drag.column !== column.id)}
              style={{ width: column.width }}
            >
              <button
                type="button"
                tabIndex={at === stop ? 0 : -1}
                title={
                  column.sortable ? `${column.title}. Click to sort, Shift+click to sort by this too.` : column.title
                }
                onFocus={() => setFocused(at)}
                onKeyDown={(event) => onKeyDown(event, at)}
                onPointerDown={(event) => {
                  dragged.current = false;
                  startDrag(event, column);
                }}
                onClick={(event) => {
                  if (column.sortable && !dragged.current) actions.sort?.(column, event.shiftKey);
                }}
              >
                <span className="grid-header-text">{column.header}</span>
                {key !== null && (
                  <span className="sort-mark" aria-hidden="true">
                    {key.descending ? '▼' : '▲'}
                    {sort.length > 1 ? order + 1 : ''}
                  </span>
                )}
              </button>
              {actions.width !== undefined && (
                <div
                  className="column-resizer"
                  aria-hidden="true"
                  onPointerDown={(event) => startResize(event, column)}
                  onDoubleClick={() => fit(column)}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function headClass<Row>(column: GridColumn<Row>, isGoal: boolean): string {
  return `grid-header align-${column.align}${column.divider === true ? ' has-divider' : ''}${isGoal ? ' is-goal' : ''}`;
}

/** Follows a pressed pointer until it is let go. */
function follow(element: HTMLElement, pointer: number, onMove: (x: number) => void, onEnd?: () => void): void {
  element.setPointerCapture?.(pointer);
  const move = (event: globalThis.PointerEvent) => onMove(event.clientX);
  const end = () => {
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', end);
    element.removeEventListener('pointercancel', end);
    onEnd?.();
  };
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
}
