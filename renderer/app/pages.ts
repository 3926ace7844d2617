import { createElement, lazy, type ComponentType } from 'react';
import { TABLES, type TableName } from '../../shared/tables.ts';
import { PAGE_TITLES, PAGES, type PageId } from '../state/pages.ts';

export interface Page {
  id: PageId;
  title: string;
  /** What the page shows, as its tab's tooltip. */
  hint: string;
  Component: ComponentType;
}

const HINTS: Record<PageId, string> = {
  objects: 'Every object under the filters',
  handles: 'Every handle: who had it, from when to when, how it ended',
  events: 'Every event of the objects, in order of time',
  groups: 'Counts by process, type, stack, name, in any order',
  stacks: 'The calls that made or ended the objects, as a tree',
  inheritance: 'What parents handed down to their children',
  processes: 'Processes and what they leaked',
  modules: 'Modules that were loaded',
  symbols: 'Which modules have function names, and why others have none',
  trust: 'How far to believe this trace',
};

const TablePage = lazy(() => import('../table/TablePage.tsx').then((m) => ({ default: m.TablePage })));
const OTHERS: Record<Exclude<PageId, TableName>, ComponentType> = {
  stacks: lazy(() => import('../stacks/StacksPage.tsx').then((m) => ({ default: m.StacksPage }))),
  symbols: lazy(() => import('../symbols/SymbolsPage.tsx').then((m) => ({ default: m.SymbolsPage }))),
  trust: lazy(() => import('../trust/TrustPage.tsx').then((m) => ({ default: m.TrustPage }))),
};

/** The page of a table as a component of its own: React keeps nothing of one table for the next. */
function tablePage(table: TableName): ComponentType {
  return function PageOfTable() {
    return createElement(TablePage, { table });
  };
}

export const PAGE_LIST: readonly Page[] = PAGES.map((id) => ({
  id,
  title: PAGE_TITLES[id],
  hint: HINTS[id],
  Component: isTable(id) ? tablePage(id) : OTHERS[id],
}));

function isTable(id: PageId): id is PageId & TableName {
  return (TABLES as readonly string[]).includes(id);
}
