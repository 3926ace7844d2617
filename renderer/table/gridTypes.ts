import type { ReactNode } from 'react';

/** What every row of a grid says of itself; flat tables have depth 0 and no children. */
export interface GridRow {
  key: string;
  depth: number;
  children: boolean;
  open: boolean;
  hit: boolean;
}

export interface GridColumn<Row> {
  id: string;
  header: string;
  title: string;
  /** px */
  width: number;
  /** px that it keeps where the table is wider than its pane; `width` where it gives nothing: numbers, and widths of the user. */
  least: number;
  align: 'left' | 'right';
  sortable: boolean;
  /** Neither moved nor left out: what a tree stands in. */
  fixed: boolean;
  /** A line on its right: what rows are grouped by ends here. */
  divider?: boolean;
  className?: (row: Row) => string;
  cell: (row: Row, index: number) => ReactNode;
  /** The cell as plain text, for its tooltip and copies. */
  text: (row: Row) => string;
}

/** One thing that the menu of a row offers; null is a line between. */
export type MenuItem = { label: string; run: () => void } | null;

export interface GridActions<Row> {
  /** The keyboard or a click went to a row. */
  activate?: (row: Row) => void;
  /** Enter. */
  open?: (row: Row) => void;
  /** A double-click. */
  zoom?: (row: Row) => void;
  /** Opens or closes a row of a tree. */
  toggle?: (row: Row) => void;
  /** Opens everything below a row of a tree (the key `*`). */
  openBelow?: (row: Row, index: number) => void;
  /** What can be done with a row and one of its cells. */
  menu?: (row: Row, index: number, column: GridColumn<Row>) => MenuItem[];
  /** Ctrl+C. */
  copy?: () => void;
  sort?: (column: GridColumn<Row>, add: boolean) => void;
  width?: (column: string, width: number | null) => void;
  /** Moves a column to an index among the shown ones. */
  move?: (column: string, to: number) => void;
}
