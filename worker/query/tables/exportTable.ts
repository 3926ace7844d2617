/** What a table shows as a file: its columns in the shown order, its sort, its filter; trees with everything open. */
import { TraceError } from '../../../shared/errors.ts';
import type { CallOptions, ExportResult } from '../../../shared/service.ts';
import type { TableColumn, TableExportRequest, TableSort } from '../../../shared/tables.ts';
import type { CsvChunk } from '../csv.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { cellText, cellWriter, layoutOf, type Layout } from './cellText.ts';
import { columnsOf } from './columns.ts';
import { orderOf } from './flatTable.ts';
import { flatTable, type FlatTableName } from './flatTables.ts';
import { GroupTree, walkGroups } from './groupTree.ts';
import { shelfOf } from './shelf.ts';
import { nodeLabel } from './stackForest.ts';
import { walkNodes } from './stackTreePage.ts';
import { stackView, type StackView } from './stackView.ts';
import { writeWhole } from './wholeFile.ts';

/** Writes a table to a path; the rows are made one by one, so that memory does not grow with them. Rejects with a TraceError. */
export async function exportTable(
  cache: SelectionCache,
  request: TableExportRequest,
  options: CallOptions = {},
): Promise<ExportResult> {
  if (options.signal?.aborted) throw new TraceError('cancelled', 'The export was cancelled.', request.path);
  return writeWhole(request.path, tableChunks(cache, request), options);
}

/** About how many characters a chunk has. */
const CHUNK = 256 * 1024;

/** The whole file in chunks; `chunkLength` is small in tests, so that every boundary is met. */
export function* tableChunks(
  cache: SelectionCache,
  request: Omit<TableExportRequest, 'path'>,
  chunkLength = CHUNK,
): Generator<CsvChunk> {
  const columns = exportedColumns(request);
  const layout = layoutOf(request.format, columns);
  if (request.table === 'groups')
    yield* madeLevels(new GroupTree(cache, request.filter, request.groupBy), request.sort);
  let text = layout.start;
  let rows = 0;
  let isFirst = true;
  for (const row of rowTexts(cache, request, columns, layout)) {
    if (!isFirst) text += layout.betweenRows;
    isFirst = false;
    text += row;
    rows++;
    if (text.length < chunkLength) continue;
    yield { text, rows };
    text = '';
    rows = 0;
  }
  yield { text: text + layout.end, rows };
}

/** Makes the levels of groups before the first row, one after the other: an export can be cancelled in between. */
function* madeLevels(tree: GroupTree, sort: TableSort): Generator<CsvChunk> {
  for (let depth = 0; depth < tree.keys.length; depth++) {
    yield { text: '', rows: 0 };
    tree.order(depth, sort, null);
  }
}

const DEPTH: TableColumn = { id: 'depth', header: 'Depth', title: 'Level of the group', kind: 'count', width: 64 };

/** The wanted columns; those that the table does not have are passed over. */
function exportedColumns(request: Omit<TableExportRequest, 'path'>): TableColumn[] {
  const all = columnsOf(request.table, request.groupBy);
  if (request.table === 'groups') all.unshift(DEPTH);
  const wanted = (request.columns ?? [])
    .map((id) => all.find((column) => column.id === id))
    .filter((column) => column !== undefined);
  return wanted.length > 0 ? wanted : all.filter(({ hidden }) => hidden !== true);
}

function rowTexts(
  cache: SelectionCache,
  request: Omit<TableExportRequest, 'path'>,
  columns: readonly TableColumn[],
  layout: Layout,
): Generator<string> {
  if (request.table === 'groups') return groupRows(cache, request, columns, layout);
  if (request.table === 'stacks') return stackRows(cache, request, columns, layout);
  return flatRows(cache, request.table, request, columns, layout);
}

function* flatRows(
  cache: SelectionCache,
  name: FlatTableName,
  { filter, sort, format }: Omit<TableExportRequest, 'path'>,
  columns: readonly TableColumn[],
  layout: Layout,
): Generator<string> {
  const table = flatTable(cache, name, filter);
  const writers = columns.map(({ id, kind }) => cellWriter(table.values[id], kind, format));
  const cells = new Array<string>(writers.length);
  for (const row of orderOf(shelfOf(cache.trace), table, sort)) {
    for (let at = 0; at < writers.length; at++) cells[at] = writers[at](row);
    yield layout.row(cells);
  }
}

/** Every group of every level, below its parent; the values of its path stand in the group columns. */
function* groupRows(
  cache: SelectionCache,
  { filter, sort, format, groupBy }: Omit<TableExportRequest, 'path'>,
  columns: readonly TableColumn[],
  layout: Layout,
): Generator<string> {
  const tree = new GroupTree(cache, filter, groupBy);
  for (const { depth, group } of walkGroups(tree, sort)) {
    const cells = tree.cells(columns, depth, group, true);
    yield layout.row(columns.map(({ id, kind }, at) => cellText(id === DEPTH.id ? depth : cells[at], kind, format)));
  }
}

/** Paths of forged stacks can be thousands of frames long: one is cut where it has this many characters. */
const LONGEST_PATH = 4096;

/** Every node, below its parent. Nodes are numbered by row from 1; the root is no row. */
function* stackRows(
  cache: SelectionCache,
  request: Omit<TableExportRequest, 'path'>,
  columns: readonly TableColumn[],
  layout: Layout,
): Generator<string> {
  const options = request.stacks ?? { by: 'create', inverted: false, onlyLeaks: false, foldSystem: false };
  const view = stackView(cache, request.filter, options);
  const rowOf = new Uint32Array(view.forest.length);
  /** of the nodes on the way to the row, by depth */
  const paths: string[] = [''];
  let row = 0;
  for (const node of walkNodes(view, () => true)) {
    rowOf[node] = ++row;
    const depth = view.forest.depth[node];
    const label = nodeLabel(view.trace, view.forest, node);
    const above = paths[depth - 1];
    paths[depth] = depth === 1 ? label : above.length > LONGEST_PATH ? above : `${above} > ${label}`;
    const cells = stackCells(view, node, { row, parent: rowOf[view.forest.parent[node]], label, path: paths[depth] });
    yield layout.row(columns.map(({ id, kind }) => cellText(cells[id], kind, request.format)));
  }
}

function stackCells(
  { forest, counts }: StackView,
  node: number,
  { row, parent, label, path }: { row: number; parent: number; label: string; path: string },
): Record<string, string | number | null> {
  return {
    node: row,
    parent: parent === 0 ? null : parent,
    depth: forest.depth[node] - 1,
    frame: label,
    created: counts.created[node],
    openAtEnd: counts.openAtEnd[node],
    leaked: counts.leaked[node],
    leakedAtExit: counts.leakedAtExit[node],
    self: counts.self[node],
    path: path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path,
  };
}
