import { Menu, shell, type MenuItemConstructorOptions } from 'electron';
import type { RecentFile } from '../shared/host.ts';
import type { RecentFiles } from '../worker/recentFiles.ts';
import { acceleratorOf } from './accelerators.ts';
import {
  COPY_COMMANDS,
  EXPORT_COMMANDS,
  FILE_COMMANDS,
  FIND_COMMANDS,
  HELP_COMMANDS,
  LANE_COMMANDS,
  OPEN,
  PAGE_COMMANDS,
  PANE_COMMANDS,
  SETTING_COMMANDS,
  SYMBOL_COMMANDS,
  THEME_COMMANDS,
  TIME_COMMANDS,
  UNDO_COMMANDS,
  VIEW_FILE_COMMANDS,
  type MenuCommand,
} from './menuCommands.ts';
import type { TraceWindows } from './traceWindows.ts';
import { sendCommand, sendEvent } from './window.ts';

const DOCUMENTATION = 'https://learn.microsoft.com/windows-hardware/test/wpt/';

/** Sets the menu of the program, anew whenever the list of recent files has changed. What it does, it does in the window in front. */
export async function setupMenu(windows: TraceWindows, recent: RecentFiles, devTools: boolean): Promise<void> {
  const actions: MenuActions = {
    run(id) {
      const front = windows.front();
      if (front !== null) sendCommand(front.window, id);
    },
    openRecent(id) {
      const front = windows.front();
      if (front !== null) sendEvent(front.window, { kind: 'open', source: { kind: 'recent', id } });
    },
    clearRecent: () => void recent.clear(),
    showDocumentation: () => void shell.openExternal(DOCUMENTATION),
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(actions, await recent.list(), process.platform, devTools)),
  );
}

export interface MenuActions {
  /** Runs a command of the renderer's registry. */
  run: (id: string) => void;
  openRecent: (id: string) => void;
  clearRecent: () => void;
  showDocumentation: () => void;
}

type Items = MenuItemConstructorOptions[];
const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

export function menuTemplate(
  actions: MenuActions,
  recent: RecentFile[],
  platform: NodeJS.Platform,
  devTools: boolean,
): Items {
  const mac = platform === 'darwin';
  const item = ({ id, label, key }: MenuCommand): MenuItemConstructorOptions => ({
    id,
    label,
    accelerator: acceleratorOf(key, platform),
    // Shown only: keys are the page's, where the user can change them and where letters can be typed.
    registerAccelerator: false,
    click: () => actions.run(id),
  });
  const items = (commands: readonly MenuCommand[]): Items => commands.map(item);
  const parts = (groups: readonly (readonly MenuCommand[])[]): Items =>
    groups.flatMap((commands, index) => (index === 0 ? items(commands) : [SEPARATOR, ...items(commands)]));

  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        item(OPEN),
        recentMenu(actions, recent),
        ...items(FILE_COMMANDS),
        SEPARATOR,
        ...items(VIEW_FILE_COMMANDS),
        SEPARATOR,
        { label: '&Export', submenu: items(EXPORT_COMMANDS) },
        SEPARATOR,
        { role: 'close' },
        ...(mac ? [] : [{ role: 'quit' } as const]),
      ],
    },
    {
      label: '&Edit',
      submenu: [
        ...items(UNDO_COMMANDS),
        SEPARATOR,
        // A Mac has the keys of text boxes from the menu.
        ...(mac ? [{ role: 'undo' } as const, { role: 'redo' } as const] : []),
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        SEPARATOR,
        ...items(COPY_COMMANDS),
      ],
    },
    { label: 'F&ind', submenu: parts(FIND_COMMANDS) },
    { label: '&Time', submenu: parts(TIME_COMMANDS) },
    { label: '&Lanes', submenu: parts(LANE_COMMANDS) },
    {
      label: '&View',
      submenu: [
        { label: '&Page', submenu: items(PAGE_COMMANDS) },
        ...items(PANE_COMMANDS),
        SEPARATOR,
        { label: 'T&heme', submenu: items(THEME_COMMANDS) },
        { label: 'Function &Names', submenu: items(SYMBOL_COMMANDS) },
        ...items(SETTING_COMMANDS),
        SEPARATOR,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(devTools ? [SEPARATOR, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    {
      role: 'help',
      submenu: [
        ...items(HELP_COMMANDS),
        { id: 'documentation', label: '&Recording traces (Microsoft Learn)', click: actions.showDocumentation },
        ...(mac ? [] : [SEPARATOR, { role: 'about' } as const]),
      ],
    },
  ];
}

function recentMenu(actions: MenuActions, recent: RecentFile[]): MenuItemConstructorOptions {
  return {
    id: 'recent',
    label: 'Open &Recent',
    enabled: recent.length > 0,
    submenu: [
      ...recent.map(({ id, name, folder }) => ({
        label: escapeLabel(name),
        sublabel: folder,
        toolTip: folder,
        click: () => actions.openRecent(id),
      })),
      SEPARATOR,
      { id: 'clear-recent', label: '&Clear', click: actions.clearRecent },
    ],
  };
}

/** In menus `&` underlines the letter after it. */
function escapeLabel(text: string): string {
  return text.replaceAll('&', '&&');
}
