import type { Command } from '../app/commands/command.ts';
import type { Viewer } from '../state/viewer.ts';
import { DEFAULT_STACKS_VIEW, DEFAULT_TABLE_VIEW } from '../state/tablesStore.ts';
import { TABLES } from '../../shared/tables.ts';

const onStacks = (viewer: Viewer) =>
  viewer.session.getState().summary !== null && viewer.tables.getState().page === 'stacks';
const shownTable = (viewer: Viewer) => TABLES.find((table) => table === viewer.tables.getState().page);
const onTable = (viewer: Viewer) => viewer.session.getState().summary !== null && shownTable(viewer) !== undefined;
const stacks = (viewer: Viewer) => viewer.tables.getState().stacks;

/** A switch of the Stacks page. */
function ofStacks(
  id: string,
  title: string,
  isOn: (viewer: Viewer) => boolean,
  change: (viewer: Viewer) => Parameters<ReturnType<Viewer['tables']['getState']>['setStacks']>[0],
): Command {
  return {
    id,
    title,
    group: 'Tables',
    keys: [],
    enabled: onStacks,
    checked: isOn,
    run: (viewer) => viewer.tables.getState().setStacks(change(viewer)),
  };
}

/** Commands of the tables and of the page of stacks. */
export const TABLE_COMMANDS: readonly Command[] = [
  {
    id: 'focusTable',
    title: 'Go to the table',
    group: 'Tables',
    keys: ['G'],
    run: () => document.querySelector<HTMLElement>('.page [data-grid], .page [tabindex="0"]')?.focus(),
  },
  {
    id: 'leakingCall',
    title: 'Go to the call that leaks most',
    group: 'Find',
    keys: ['H'],
    run: (viewer) => {
      if (viewer.layout.getState().maximised === 'lanes') viewer.layout.getState().set({ maximised: 'none' });
      viewer.tables.getState().showLeakingCall();
    },
  },
  {
    id: 'tableOwnOrder',
    title: 'The table’s own order',
    group: 'Tables',
    keys: [],
    enabled: onTable,
    run: (viewer) => {
      const table = shownTable(viewer);
      if (table !== undefined) viewer.tables.getState().setTable(table, { sort: [] });
    },
  },
  {
    id: 'tableOwnColumns',
    title: 'The table’s own columns and widths',
    group: 'Tables',
    keys: [],
    enabled: (viewer) => onStacks(viewer) || onTable(viewer),
    run: (viewer) => {
      const table = shownTable(viewer);
      const { columns, widths } = DEFAULT_TABLE_VIEW;
      if (table === undefined) viewer.tables.getState().setStacks({ widths: DEFAULT_STACKS_VIEW.widths });
      else viewer.tables.getState().setTable(table, { columns, widths });
    },
  },
  {
    id: 'closeGroups',
    title: 'Close all rows of the groups or stacks',
    group: 'Tables',
    keys: [],
    enabled: (viewer) => onStacks(viewer) || shownTable(viewer) === 'groups',
    run: (viewer) => {
      if (onStacks(viewer)) viewer.tables.getState().setStacks({ openNodes: new Set() });
      else viewer.tables.setState({ openRows: new Set() });
    },
  },
  ofStacks(
    'stacksInverted',
    'Stacks bottom-up',
    (viewer) => stacks(viewer).inverted,
    (viewer) => ({ inverted: !stacks(viewer).inverted }),
  ),
  ofStacks(
    'stacksOnlyLeaks',
    'Stacks of leaks only',
    (viewer) => stacks(viewer).onlyLeaks,
    (viewer) => ({ onlyLeaks: !stacks(viewer).onlyLeaks }),
  ),
  ofStacks(
    'stacksFoldSystem',
    'Fold system frames in stacks',
    (viewer) => stacks(viewer).foldSystem,
    (viewer) => ({ foldSystem: !stacks(viewer).foldSystem }),
  ),
  ofStacks(
    'stacksIcicle',
    'Stacks as an icicle',
    (viewer) => stacks(viewer).shape === 'icicle',
    (viewer) => ({ shape: stacks(viewer).shape === 'icicle' ? 'tree' : 'icicle' }),
  ),
];
