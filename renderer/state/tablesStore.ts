import { createStore } from 'zustand/vanilla';
import type { IcicleRequest, StackTreeRequest } from '../../shared/stackTree.ts';
import { TABLES, type GroupKey, type TableName, type TableSort } from '../../shared/tables.ts';
import type { PageId } from './pages.ts';

/** How one table is shown. Column ids are those of RowsPage.columns; one that a table does not have is ignored. */
export interface TableView {
  /** First key first; empty is the table's own order. */
  sort: TableSort;
  /** Shown columns in their order; null: those that are not hidden by default, in the table's order. */
  columns: readonly string[] | null;
  /** Widths that the user dragged, px by column id. */
  widths: Readonly<Record<string, number>>;
}

/** How the Stacks page makes its tree, and what of it is open. */
export interface StacksView {
  by: StackTreeRequest['by'];
  /** bottom-up */
  inverted: boolean;
  onlyLeaks: boolean;
  foldSystem: boolean;
  shape: 'tree' | 'icicle';
  /** what the icicle's widths count */
  weight: IcicleRequest['weight'];
  /** node at the top of the icicle, '' the root */
  root: string;
  openNodes: ReadonlySet<string>;
  /** Widths that the user dragged, px by column id. */
  widths: Readonly<Record<string, number>>;
}

export interface TablesState {
  /** The page whose tab is chosen. */
  page: PageId;
  tables: Readonly<Record<TableName, TableView>>;
  /** Levels of the Groups table, outermost first. */
  groupBy: readonly GroupKey[];
  /** Keys of the rows of the Groups table that are open. */
  openRows: ReadonlySet<string>;
  stacks: StacksView;
  /** The Stacks page shall open the calls that most leaks come from, as soon as it is there; it takes this back. */
  hotPathWanted: boolean;
  showPage(page: PageId): void;
  setTable(table: TableName, change: Partial<TableView>): void;
  /** Width of a column; null: the table's own. */
  setWidth(table: TableName, column: string, width: number | null): void;
  setGroupBy(groupBy: readonly GroupKey[]): void;
  toggleRow(key: string): void;
  setStacks(change: Partial<StacksView>): void;
  /** The same of a column of the tree of stacks. */
  setStackWidth(column: string, width: number | null): void;
  toggleNode(key: string): void;
  /** Goes to the call that most leaks were made by. */
  showLeakingCall(): void;
}

export const DEFAULT_TABLE_VIEW: TableView = { sort: [], columns: null, widths: {} };
export const DEFAULT_STACKS_VIEW: StacksView = {
  by: 'create',
  inverted: false,
  onlyLeaks: false,
  foldSystem: true,
  shape: 'tree',
  weight: 'created',
  root: '',
  openNodes: new Set(),
  widths: {},
};
export const DEFAULT_GROUP_BY: readonly GroupKey[] = ['process', 'type', 'createStack'];

export function defaultTables(): Record<TableName, TableView> {
  return Object.fromEntries(TABLES.map((table) => [table, DEFAULT_TABLE_VIEW])) as Record<TableName, TableView>;
}

export function createTablesStore() {
  return createStore<TablesState>()((set, get) => ({
    page: 'objects',
    tables: defaultTables(),
    groupBy: DEFAULT_GROUP_BY,
    openRows: new Set<string>(),
    stacks: DEFAULT_STACKS_VIEW,
    hotPathWanted: false,
    showPage: (page) => set({ page }),
    setTable: (table, change) => set((s) => ({ tables: { ...s.tables, [table]: { ...s.tables[table], ...change } } })),
    setWidth: (table, column, width) =>
      get().setTable(table, { widths: withWidth(get().tables[table].widths, column, width) }),
    // Keys of open rows are paths of values: under other levels they name nothing.
    setGroupBy: (groupBy) => set({ groupBy, openRows: new Set() }),
    toggleRow: (key) => set((s) => ({ openRows: toggled(s.openRows, key) })),
    setStacks: (change) =>
      set((s) => {
        const stacks = { ...s.stacks, ...change };
        const sameTree = (['by', 'inverted', 'onlyLeaks', 'foldSystem'] as const).every(
          (option) => stacks[option] === s.stacks[option],
        );
        return { stacks: sameTree ? stacks : { ...stacks, openNodes: new Set(), root: '' } };
      }),
    setStackWidth: (column, width) => get().setStacks({ widths: withWidth(get().stacks.widths, column, width) }),
    toggleNode: (key) => set((s) => ({ stacks: { ...s.stacks, openNodes: toggled(s.stacks.openNodes, key) } })),
    showLeakingCall: () => {
      get().setStacks({ by: 'create', inverted: false, onlyLeaks: true, shape: 'tree', openNodes: new Set() });
      set({ page: 'stacks', hotPathWanted: true });
    },
  }));
}

export function toggled(keys: ReadonlySet<string>, key: string): Set<string> {
  const changed = new Set(keys);
  if (!changed.delete(key)) changed.add(key);
  return changed;
}

function withWidth(widths: Readonly<Record<string, number>>, column: string, width: number | null) {
  const changed = Object.fromEntries(Object.entries(widths).filter(([id]) => id !== column));
  if (width !== null) changed[column] = width;
  return changed;
}
