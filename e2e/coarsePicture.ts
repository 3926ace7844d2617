import type { Picture } from './png.ts';

/**
 * A picture as the mean colours of a grid of cells: what is where and in which colour, not how letters look. Other fonts change the
 * mean of a cell with text a little, a pane that is gone or another colour changes many cells much.
 */
export interface CoarsePicture {
  columns: number;
  rows: number;
  /** three numbers a cell, 0 to 255, row by row */
  cells: number[];
}

/** Edge of a cell, px. */
const CELL = 20;
/** Means that differ less in every channel are the same: about what another font does to a line of text. */
const SAME = 26;
/** Cells that differ are looked for in the neighbours too: text of another font is a few pixels beside it. */
const REACH = 1;

export function coarsePicture({ width, height, channels, pixels }: Picture): CoarsePicture {
  const columns = Math.floor(width / CELL);
  const rows = Math.floor(height / CELL);
  const cells: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const sums = [0, 0, 0];
      for (let y = row * CELL; y < (row + 1) * CELL; y++) {
        for (let x = column * CELL; x < (column + 1) * CELL; x++) {
          for (let channel = 0; channel < 3; channel++) sums[channel] += pixels[(y * width + x) * channels + channel];
        }
      }
      cells.push(...sums.map((sum) => Math.round(sum / (CELL * CELL))));
    }
  }
  return { columns, rows, cells };
}

/** One line a row of cells, six hexadecimal digits a cell: a change can be read in a diff. */
export function formatCoarse({ columns, rows, cells }: CoarsePicture): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cellHex(cells, row * columns + column)).join(' '),
  );
  return `${lines.join('\n')}\n`;
}

export function parseCoarse(text: string): CoarsePicture {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const cells = lines.flat().flatMap((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  return { columns: lines[0].length, rows: lines.length, cells };
}

/** Cells of `seen` that are in `expected` neither in their own place nor beside it, as [column, row]. */
export function differingCells(seen: CoarsePicture, expected: CoarsePicture): [number, number][] {
  const differing: [number, number][] = [];
  for (let row = 0; row < seen.rows; row++) {
    for (let column = 0; column < seen.columns; column++) {
      if (!isNear(seen, expected, column, row)) differing.push([column, row]);
    }
  }
  return differing;
}

function isNear(seen: CoarsePicture, expected: CoarsePicture, column: number, row: number): boolean {
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const [x, y] = [column + dx, row + dy];
      if (x < 0 || y < 0 || x >= expected.columns || y >= expected.rows) continue;
      if (isSame(seen.cells, row * seen.columns + column, expected.cells, y * expected.columns + x)) return true;
    }
  }
  return false;
}

function isSame(a: readonly number[], cellOfA: number, b: readonly number[], cellOfB: number): boolean {
  return [0, 1, 2].every((channel) => Math.abs(a[cellOfA * 3 + channel] - b[cellOfB * 3 + channel]) <= SAME);
}

function cellHex(cells: readonly number[], cell: number): string {
  return [0, 1, 2].map((channel) => cells[cell * 3 + channel].toString(16).padStart(2, '0')).join('');
}
