import { cancelSymbols, loadSymbols } from '../../state/symbols.ts';
import { PAGE_TITLES, PAGES, type PageId } from '../../state/pages.ts';
import type { ThemeChoice } from '../../theme/themeStore.ts';
import { always, type Command } from './command.ts';

const theme = (id: string, title: string, choice: ThemeChoice): Command => ({
  id,
  title,
  group: 'Window',
  keys: [],
  enabled: always,
  checked: (viewer) => viewer.theme.getState().choice === choice,
  run: (viewer) => viewer.theme.getState().choose(choice),
});

const page = (id: PageId, index: number): Command => ({
  id: `page.${id}`,
  title: `Page ${PAGE_TITLES[id]}`,
  group: 'Tables',
  // Alt and not Ctrl: Ctrl+1 is the browser's first tab.
  keys: [`Alt+${(index + 1) % 10}`],
  everywhere: true,
  checked: (viewer) => viewer.tables.getState().page === id,
  run: (viewer) => {
    if (viewer.layout.getState().maximised === 'lanes') viewer.layout.getState().set({ maximised: 'none' });
    viewer.tables.getState().showPage(id);
  },
});

export const PAGE_COMMANDS: readonly Command[] = PAGES.map(page);

/** Panes, themes, names and help. */
export const WINDOW_COMMANDS: readonly Command[] = [
  {
    id: 'toggleFilters',
    title: 'Show or hide the filters',
    group: 'Window',
    keys: ['Ctrl+B'],
    everywhere: true,
    run: (viewer) => viewer.layout.getState().toggleFilters(),
  },
  {
    id: 'toggleOverview',
    title: 'Show or hide the strip of the whole trace',
    group: 'Window',
    keys: [],
    checked: (viewer) => viewer.layout.getState().overviewOpen,
    run: (viewer) => viewer.layout.getState().set({ overviewOpen: !viewer.layout.getState().overviewOpen }),
  },
  {
    id: 'maximiseTables',
    title: 'Tables over everything, or back',
    group: 'Window',
    keys: ['T'],
    checked: (viewer) => viewer.layout.getState().maximised === 'tables',
    run: (viewer) => viewer.layout.getState().toggleMaximised('tables'),
  },
  {
    id: 'maximiseLanes',
    title: 'Lanes over everything, or back',
    group: 'Window',
    keys: ['L'],
    checked: (viewer) => viewer.layout.getState().maximised === 'lanes',
    run: (viewer) => viewer.layout.getState().toggleMaximised('lanes'),
  },
  theme('themeLight', 'Light theme', 'light'),
  theme('themeDark', 'Dark theme', 'dark'),
  theme('themeSystem', 'The system’s theme', 'system'),
  theme('themeContrast', 'High-contrast theme', 'contrast'),
  {
    id: 'loadSymbols',
    title: 'Look for function names again',
    group: 'Symbols',
    keys: [],
    run: (viewer) => void loadSymbols(viewer, { retry: true }, 'asked'),
  },
  {
    id: 'cancelSymbols',
    title: 'Stop looking for function names',
    group: 'Symbols',
    keys: [],
    enabled: (viewer) => viewer.session.getState().symbols.running,
    run: cancelSymbols,
  },
  {
    id: 'palette',
    title: 'Commands…',
    group: 'Help',
    keys: ['Ctrl+Shift+P', 'F1'],
    everywhere: true,
    enabled: always,
    run: (_, ui) => ui.showPanel('palette'),
  },
  {
    id: 'settings',
    title: 'Settings and keys…',
    group: 'Help',
    keys: ['Ctrl+,'],
    everywhere: true,
    enabled: always,
    run: (_, ui) => ui.showPanel('settings'),
  },
  {
    id: 'shortcuts',
    title: 'Show the keys',
    group: 'Help',
    keys: ['?'],
    enabled: always,
    run: (_, ui) => ui.showPanel('keys'),
  },
  {
    id: 'howToRecord',
    title: 'How to record a trace',
    group: 'Help',
    keys: [],
    enabled: always,
    run: (_, ui) => ui.showPanel('record'),
  },
];
