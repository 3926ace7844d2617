import { useMemo, useRef, useState } from 'react';
import { between, NO_ROWS, toggleRow, type RowRanges } from './rowRanges.ts';

/** Where the keyboard is in a grid, and which rows are selected. Row numbers are those of the order that is shown. */
export interface RowCursor {
  /** Row that the keyboard is on, -1 none. */
  active: number;
  selected: RowRanges;
  /** Goes to a row. `extend`: from the row where the selection began; `toggle`: this row as well, or not. */
  goTo: (row: number, how?: 'extend' | 'toggle') => void;
  selectAll: (count: number) => void;
  clear: () => void;
}

export function useRowCursor(): RowCursor {
  const [state, setState] = useState<{ active: number; selected: RowRanges }>({ active: -1, selected: NO_ROWS });
  /** Row from which Shift extends. */
  const anchor = useRef(-1);
  const moves = useMemo(
    () => ({
      goTo: (row: number, how?: 'extend' | 'toggle') => {
        if (how !== 'extend' || anchor.current < 0) anchor.current = row;
        const from = anchor.current;
        setState((s) => ({
          active: row,
          selected: how === 'toggle' ? toggleRow(s.selected, row) : between(from, row),
        }));
      },
      selectAll: (count: number) =>
        setState((s) => ({ active: s.active, selected: count === 0 ? NO_ROWS : between(0, count - 1) })),
      clear: () => {
        anchor.current = -1;
        setState({ active: -1, selected: NO_ROWS });
      },
    }),
    [],
  );
  return { ...state, ...moves };
}
