/** `leaklanes stacks` as text, JSON and CSV. Paths can be thousands of frames deep (forged ones): nothing here recurses. */
import { formatCount } from '../../shared/format.ts';
import { textCell } from './csv.ts';
import { PLAIN, type Paint } from './paint.ts';
import type { Selection } from './select.ts';
import { FRAME_ALL, FRAME_NO_STACK, stackTree, type StackCounts, type StacksBy, type StackTree } from './stackTree.ts';
import { fileLine } from './text.ts';
import { oneLine } from './texts.ts';

export interface StackTreeOptions {
  by: StacksBy;
  inverted?: boolean;
  /** at most so many callers or callees of each node, the largest, after `skip` larger ones */
  top?: { count: number; skip: number };
  paint?: Paint;
}

const COLUMNS: readonly (readonly [name: keyof StackCounts, title: string])[] = [
  ['objects', 'Objects'],
  ['handles', 'Handles'],
  ['open', 'Open'],
  ['leaked', 'Leaked'],
  ['leakedAtExit', 'At exit'],
  ['bytes', 'Bytes'],
];

/**
 * Counts, then the frame. Where paths part, each begins with a "- " and is indented; the frames that follow on it stand below one another,
 * however many they are. Bytes only where there are mappings.
 */
export function* stackTreeText(selection: Selection, options: StackTreeOptions): Generator<string> {
  const paint = options.paint ?? PLAIN;
  const tree = stackTree(selection, options);
  const columns = COLUMNS.filter(([name]) => name !== 'bytes' || tree.counts.bytes[0] > 0);
  const widths = columns.map(([name, title]) => Math.max(title.length, formatCount(tree.counts[name][0]).length));
  const direction = options.inverted ? 'innermost frame first' : 'outermost frame first';
  yield `${paint('file', fileLine(selection.trace))}\n`;
  yield `Objects by ${options.by} stack, ${direction}\n`;
  yield `${columns.map(([, title], at) => title.padStart(widths[at])).join('  ')}\n`;
  const indents = new Int32Array(tree.length);
  for (const { row, hidden } of shownRows(tree, options.top)) {
    const parent = tree.parent[row];
    const begins = parent === 0 || (parent > 0 && !isOnlyChild(tree, row));
    if (parent > 0) indents[row] = indents[parent] + (begins ? 1 : 0);
    const indent = parent < 0 ? '' : '  '.repeat(indents[row]) + (begins ? '- ' : '  ');
    if (hidden > 0) {
      const gap = ' '.repeat(widths.reduce((sum, width) => sum + width + 2, 0));
      yield `${gap}${indent}… ${formatCount(hidden)} more\n`;
      continue;
    }
    const counts = columns.map(([name], at) => formatCount(tree.counts[name][row]).padStart(widths[at]));
    const frame = oneLine(frameText(selection, tree.frame[row]));
    yield `${counts.join('  ')}  ${indent}${tree.counts.leaked[row] > 0 ? paint('leak', frame) : frame}\n`;
  }
}

function isOnlyChild(tree: StackTree, row: number): boolean {
  const parent = tree.parent[row];
  return row === parent + 1 && tree.end[row] === tree.end[parent];
}

/**
 * The rows that --top leaves, in preorder. `hidden` > 0: not a node, but so many siblings that are not shown, in place of the first of
 * them.
 */
function* shownRows(tree: StackTree, top: StackTreeOptions['top']): Generator<{ row: number; hidden: number }> {
  const seen = new Int32Array(tree.length);
  const [first, end] = top === undefined ? [0, Infinity] : [top.skip, top.skip + top.count];
  for (let row = 0; row < tree.length;) {
    const parent = tree.parent[row];
    const place = parent < 0 ? first : seen[parent]++;
    if (place >= first && place < end) {
      yield { row, hidden: 0 };
      row++;
      continue;
    }
    if (place >= end) {
      yield { row, hidden: siblingsFrom(tree, row) };
      row = tree.end[parent];
    } else {
      row = tree.end[row];
    }
  }
}

function siblingsFrom(tree: StackTree, row: number): number {
  let count = 0;
  for (let at = row; at < tree.end[tree.parent[row]]; at = tree.end[at]) count++;
  return count;
}

function frameText({ trace }: Selection, frame: number): string {
  if (frame === FRAME_ALL) return 'all';
  return frame === FRAME_NO_STACK ? '(no stack)' : trace.stacks.frameText(frame);
}

/** One object a file, `{ file, by, inverted, tree: { frame, objects, …, children: [ … ] } }`, in pieces. */
export function* stackTreeJson(selection: Selection, options: StackTreeOptions): Generator<string> {
  const tree = stackTree(selection, options);
  const head = { file: selection.trace.info.file, by: options.by, inverted: options.inverted ?? false };
  yield `${JSON.stringify(head).slice(0, -1)},"tree":`;
  let depth = -1;
  for (const { row, hidden } of shownRows(tree, options.top)) {
    if (hidden > 0) continue;
    const isSibling = depth >= tree.depth[row];
    yield ']}'.repeat(Math.max(0, depth - tree.depth[row] + 1)) + (isSibling ? ',' : '');
    depth = tree.depth[row];
    yield `${JSON.stringify(nodeJson(selection, tree, row)).slice(0, -1)},"children":[`;
  }
  yield `${']}'.repeat(depth + 1)}}\n`;
}

function nodeJson(selection: Selection, tree: StackTree, row: number): { frame: string } & StackCounts {
  const frame = frameText(selection, tree.frame[row]);
  const { objects, handles, open, leaked, leakedAtExit, bytes } = tree.counts;
  return {
    frame,
    objects: objects[row],
    handles: handles[row],
    open: open[row],
    leaked: leaked[row],
    leakedAtExit: leakedAtExit[row],
    bytes: bytes[row],
  };
}

const CSV_COLUMNS = [
  'FileName',
  'Node',
  'Parent',
  'Depth',
  'Frame',
  'Objects',
  'Handles',
  'Not Closed Handles',
  'Leaked Objects',
  'Leaked at Exit Objects',
  'Mapped Bytes',
];

export function stackTreeCsvHeader(separator: string): string {
  return CSV_COLUMNS.join(separator) + '\r\n';
}

/** A row a node; Node and Parent number the nodes of a file, the first has no parent. */
export function* stackTreeCsv(selection: Selection, options: StackTreeOptions, separator: string): Generator<string> {
  const tree = stackTree(selection, options);
  const file = textCell(selection.trace.info.file, separator);
  for (const { row, hidden } of shownRows(tree, options.top)) {
    if (hidden > 0) continue;
    const { frame, ...counts } = nodeJson(selection, tree, row);
    const cells = [
      file,
      row + 1,
      row === 0 ? '' : tree.parent[row] + 1,
      tree.depth[row],
      textCell(frame, separator),
      ...Object.values(counts),
    ];
    yield cells.join(separator) + '\r\n';
  }
}
