/** The groups table as a tree: levels that are made when they are needed, their order, and the rows that are visible. */
import { filterKey, type Filter } from '../../../shared/filter.ts';
import type {
  Cell,
  GroupKey,
  RowsPage,
  RowsRequest,
  TableColumn,
  TableRow,
  TableSort,
} from '../../../shared/tables.ts';
import { fold } from '../../../shared/textFilter.ts';
import type { Trace } from '../../lifetimes/model.ts';
import { sortedOrder, type SortKey } from '../radix.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { columnsOf, groupKeys } from './columns.ts';
import { MAX_HIT_ROWS, shownCell, sortName } from './flatTable.ts';
import { groupingOf } from './groupKeys.ts';
import { countGroups, groupLevel, levelBytes, type GroupCounts, type GroupLevel } from './groupLevels.ts';
import { shelfOf } from './shelf.ts';
import { sortKey } from './values.ts';

/** Worst first: where a request names no order. */
const DEFAULT_SORT: TableSort = ['leaked', 'leakedAtExit', 'open', 'count'].map((column) => ({
  column,
  descending: true,
}));

/** The groups of a selection by a list of keys. */
export class GroupTree {
  readonly trace: Trace;
  readonly keys: GroupKey[];
  readonly columns: TableColumn[];
  private readonly cache: SelectionCache;
  private readonly filter: Filter;
  private readonly name: string;
  private readonly levels: GroupLevel[] = [];

  constructor(cache: SelectionCache, filter: Filter, groupBy: readonly GroupKey[] | undefined) {
    this.trace = cache.trace;
    this.cache = cache;
    this.filter = filter;
    this.keys = groupKeys(groupBy);
    this.columns = columnsOf('groups', groupBy);
    this.name = `groups/${filterKey(filter)}`;
  }

  level(depth: number): GroupLevel {
    const make = (): GroupLevel =>
      groupLevel(this.cache.get(this.filter), this.keys[depth], depth === 0 ? null : this.level(depth - 1));
    return (this.levels[depth] ??= shelfOf(this.trace).get(
      `${this.name}/${this.keys.slice(0, depth + 1).join()}`,
      make,
      levelBytes,
    ));
  }

  /** A level whose groups in some groups of the level above (null: in all) are counted. */
  private counted(depth: number, parents: readonly number[] | null): GroupLevel {
    const level = this.level(depth);
    const isCounted = parents !== null && parents.every((parent) => level.isCounted[parent] === 1);
    if (!isCounted) countGroups(level, this.cache.get(this.filter), this.filter.time, parents);
    return level;
  }

  /**
   * Groups of a level by parent, then in the order of a sort: the children of a group stay the same range. `parents`, rising: those whose
   * children are asked for, others have zeros; null for all.
   */
  order(depth: number, sort: TableSort, parents: readonly number[] | null): Uint32Array {
    const level = this.level(depth);
    const make = (): Uint32Array => {
      this.counted(depth, parents);
      const rows = parents === null ? firstNumbers(level.length) : childrenOf(level, parents);
      const keys: SortKey[] = [{ high: null, low: rows.map((group) => level.parent[group]) }];
      const known = sort.filter(({ column }) => this.columns.some(({ id }) => id === column));
      for (const { column, descending } of known.length === 0 ? DEFAULT_SORT : known) {
        const values = this.values(depth, column);
        if (values !== null) keys.push(sortKey(values, rows, descending));
      }
      // Equal ones by what they are called.
      const label = this.values(depth, level.key);
      if (label !== null) keys.push(sortKey(label, rows, false));
      const sorted = sortedOrder(rows.length, keys);
      const order = new Uint32Array(level.length);
      // A group has its children where they stand in the level, one after the other as in the rows.
      for (let at = 0; at < rows.length; at++) order[rows[at]] = rows[sorted[at]];
      return order;
    };
    const asked = parents === null ? 'all' : parents.join(' ');
    const name = `${this.name}/${this.keys.slice(0, depth + 1).join()}/order/${sortName(sort)}/${asked}`;
    return shelfOf(this.trace).get(name, make, (order) => order.byteLength);
  }

  label(depth: number, group: number): string {
    const level = this.level(depth);
    return groupingOf(this.trace, level.key).label(level.value[group]);
  }

  /** Groups from the outermost level to a group. */
  path(depth: number, group: number): number[] {
    const path = new Array<number>(depth + 1);
    for (let at = depth, current = group; at >= 0; at--) {
      path[at] = current;
      current = this.level(at).parent[current];
    }
    return path;
  }

  /** "p:3/t:16": values of the path; the same in every selection of a trace */
  key(depth: number, group: number): string {
    return this.path(depth, group)
      .map((at, level) => `${groupingOf(this.trace, this.keys[level]).letter}:${this.level(level).value[at]}`)
      .join('/');
  }

  /** Group that a key names; null where there is none. */
  find(key: string): { depth: number; group: number } | null {
    const parts = key.split('/');
    if (parts.length > this.keys.length) return null;
    let group = 0;
    for (const [depth, part] of parts.entries()) {
      const [letter, value] = part.split(':');
      if (letter !== groupingOf(this.trace, this.keys[depth]).letter) return null;
      group = childWithValue(this.level(depth), group, Number(value));
      if (group < 0) return null;
    }
    return { depth: parts.length - 1, group };
  }

  /** What all of the path has in common, as one filter. */
  rowFilter(depth: number, group: number): Filter {
    const path = this.path(depth, group);
    const filters = path.map((at, level) =>
      groupingOf(this.trace, this.keys[level]).filter(this.level(level).value[at]),
    );
    return Object.assign({}, ...filters) as Filter;
  }

  /** Cells of a row; of the group columns only that of its own level, or with `whole` all of the path. */
  cells(columns: readonly TableColumn[], depth: number, group: number, whole = false): Cell[] {
    const { counts } = this.counted(depth, [this.level(depth).parent[group]]);
    const path = whole ? this.path(depth, group) : [];
    return columns.map(({ id }) => {
      const level = this.keys.findIndex((key) => key === id);
      if (level === depth) return this.label(depth, group);
      if (level >= 0) return whole && level < depth ? this.label(level, path[level]) : null;
      const value = Object.hasOwn(counts, id) ? counts[id as keyof GroupCounts][group] : Number.NaN;
      return Number.isNaN(value) ? null : value;
    });
  }

  /** A column of a level to sort by; null where all groups of the level are the same in it. */
  private values(depth: number, column: string): Parameters<typeof sortKey>[0] | null {
    const level = this.level(depth);
    if (Object.hasOwn(level.counts, column)) {
      const counts = level.counts[column as keyof GroupCounts];
      return { is: 'number', value: (group) => counts[group], unknown: 'missing' };
    }
    if (column !== level.key) return null;
    const { words } = groupingOf(this.trace, level.key);
    return { is: 'text', words: () => words, index: (group) => level.value[group] - 1 };
  }
}

function firstNumbers(length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let at = 0; at < length; at++) numbers[at] = at;
  return numbers;
}

function childrenOf(level: GroupLevel, parents: readonly number[]): Uint32Array {
  const { childStart } = level;
  const children = new Uint32Array(parents.reduce((sum, parent) => sum + childCount(level, parent), 0));
  let count = 0;
  for (const parent of parents) {
    for (let child = childStart[parent]; child < childStart[parent + 1]; child++) children[count++] = child;
  }
  return children;
}

function childWithValue(level: GroupLevel, parent: number, value: number): number {
  let low = level.childStart[parent];
  let high = level.childStart[parent + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (level.value[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low < level.childStart[parent + 1] && level.value[low] === value ? low : -1;
}

/** Visible rows: their level and group. */
interface VisibleRows {
  depth: Uint8Array;
  group: Uint32Array;
  /** groups of each level that are open */
  open: Set<number>[];
}

/** A page of the groups table. Hits are searched in the visible rows: what is closed is not made yet. */
export function groupsPage(cache: SelectionCache, request: RowsRequest): RowsPage {
  const tree = new GroupTree(cache, request.filter, request.groupBy);
  const sort = request.sort;
  const openRows = request.openRows ?? [];
  const name = `groups/${filterKey(request.filter)}/${tree.keys.join()}/rows/${sortName(sort)}/${openRows.join(' ')}`;
  const visible = shelfOf(cache.trace).get(
    name,
    () => visibleRows(tree, sort, openRows),
    ({ depth, group }) => depth.byteLength + group.byteLength,
  );
  const isHit = hitTest(tree, request.find);
  const page: TableRow[] = [];
  const end = Math.min(visible.group.length, request.firstRow + request.rowCount);
  for (let row = request.firstRow; row < end; row++) {
    const [depth, group] = [visible.depth[row], visible.group[row]];
    page.push({
      cells: tree.cells(tree.columns, depth, group).map(shownCell),
      id: 0,
      key: tree.key(depth, group),
      depth,
      children: depth + 1 < tree.keys.length,
      open: visible.open[depth].has(group),
      filter: tree.rowFilter(depth, group),
      hit: isHit(depth, group),
    });
  }
  const find = request.find ?? '';
  const { hits, hitRows } = shelfOf(cache.trace).get(
    `${name}/find/${find}`,
    () => hitsAmong(visible, find === '' ? null : isHit),
    (found) => found.hitRows.length * 8,
  );
  return { columns: tree.columns, rows: page, firstRow: request.firstRow, total: visible.group.length, hits, hitRows };
}

function visibleRows(tree: GroupTree, sort: TableSort, openRows: readonly string[]): VisibleRows {
  const open = tree.keys.map(() => new Set<number>());
  for (const key of openRows) {
    const found = tree.find(key);
    if (found !== null && found.depth + 1 < tree.keys.length) open[found.depth].add(found.group);
  }
  let total = tree.level(0).length;
  open.forEach((groups, depth) => {
    for (const group of groups) total += childCount(tree.level(depth + 1), group);
  });
  const rows: VisibleRows = { depth: new Uint8Array(total), group: new Uint32Array(total), open };
  let count = 0;
  // Not by walkGroups(): there may be a million rows, each of them an object for the time of a step.
  const add = (depth: number, parent: number): void => {
    const { childStart } = tree.level(depth);
    const order = tree.order(depth, sort, openParents(depth, open));
    for (let at = childStart[parent]; at < childStart[parent + 1]; at++) {
      rows.depth[count] = depth;
      rows.group[count++] = order[at];
      if (open[depth].size > 0 && open[depth].has(order[at])) add(depth + 1, order[at]);
    }
  };
  add(0, 0);
  // What is open in a closed group is not among them.
  return { ...rows, depth: rows.depth.slice(0, count), group: rows.group.slice(0, count) };
}

function childCount({ childStart }: GroupLevel, parent: number): number {
  return childStart[parent + 1] - childStart[parent];
}

/** Groups of the level above that are open, rising; null on the first level: the root has no level. */
function openParents(depth: number, open: readonly ReadonlySet<number>[]): number[] | null {
  return depth === 0 ? null : Array.from(open[depth - 1]).sort((a, b) => a - b);
}

/** Every group, below the one that it is in. */
export function* walkGroups(tree: GroupTree, sort: TableSort): Generator<{ depth: number; group: number }> {
  const walk = function* (depth: number, parent: number): Generator<{ depth: number; group: number }> {
    const { childStart } = tree.level(depth);
    const order = tree.order(depth, sort, null);
    for (let at = childStart[parent]; at < childStart[parent + 1]; at++) {
      yield { depth, group: order[at] };
      if (depth + 1 < tree.keys.length) yield* walk(depth + 1, order[at]);
    }
  };
  yield* walk(0, 0);
}

function hitTest(tree: GroupTree, find: string | undefined): (depth: number, group: number) => boolean {
  if (find === undefined || find === '') return () => false;
  const needle = fold(find);
  const tests = tree.keys.map((key) => {
    const { words, label } = groupingOf(tree.trace, key);
    const found = words.containing(needle);
    const isNoneHit = fold(label(0)).includes(needle);
    return (value: number): boolean => (value === 0 ? isNoneHit : found !== null && found[value - 1] === 1);
  });
  return (depth, group) => tests[depth](tree.level(depth).value[group]);
}

function hitsAmong(
  visible: VisibleRows,
  isHit: ((depth: number, group: number) => boolean) | null,
): { hits: number; hitRows: number[] } {
  const hitRows: number[] = [];
  let hits = 0;
  for (let row = 0; isHit !== null && row < visible.group.length; row++) {
    if (!isHit(visible.depth[row], visible.group[row])) continue;
    hits++;
    if (hitRows.length < MAX_HIT_ROWS) hitRows.push(row);
  }
  return { hits, hitRows };
}
