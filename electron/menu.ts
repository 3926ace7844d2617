import { Menu, shell, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import type { HostEvent, RecentFile } from '../shared/host.ts';
import type { RecentFiles } from '../worker/recentFiles.ts';
import { sendEvent } from './openRequests.ts';

const DOCUMENTATION = 'https://learn.microsoft.com/windows-hardware/test/wpt/';

/** Sets the menu of the program, anew whenever the list of recent files has changed. */
export async function setupMenu(window: BrowserWindow, recent: RecentFiles, devTools: boolean): Promise<void> {
  const actions: MenuActions = {
    send: (event) => sendEvent(window, event),
    clearRecent: () => void recent.clear(),
    showDocumentation: () => void shell.openExternal(DOCUMENTATION),
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(actions, await recent.list(), process.platform, devTools)),
  );
}

export interface MenuActions {
  send: (event: HostEvent) => void;
  clearRecent: () => void;
  showDocumentation: () => void;
}

export function menuTemplate(
  actions: MenuActions,
  recent: RecentFile[],
  platform: NodeJS.Platform,
  devTools: boolean,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const recentItems: MenuItemConstructorOptions[] = recent.map(({ id, name, folder }) => ({
    label: escapeLabel(name),
    sublabel: folder,
    toolTip: folder,
    click: () => actions.send({ kind: 'open', source: { kind: 'recent', id } }),
  }));
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        {
          id: 'open',
          label: '&Open…',
          accelerator: 'CmdOrCtrl+O',
          click: () => actions.send({ kind: 'open', source: { kind: 'dialog' } }),
        },
        {
          id: 'recent',
          label: 'Open &Recent',
          enabled: recent.length > 0,
          submenu: [
            ...recentItems,
            { type: 'separator' },
            { id: 'clear-recent', label: '&Clear', click: actions.clearRecent },
          ],
        },
        { type: 'separator' },
        {
          id: 'export-csv',
          label: '&Export CSV…',
          accelerator: 'CmdOrCtrl+E',
          click: () => actions.send({ kind: 'command', id: 'exportCsv' }),
        },
        { type: 'separator' },
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(devTools
          ? [{ type: 'separator' } as const, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]
          : []),
      ],
    },
    {
      role: 'help',
      submenu: [
        { id: 'documentation', label: '&Recording traces (Microsoft Learn)', click: actions.showDocumentation },
        ...(mac ? [] : [{ role: 'about' } as const]),
      ],
    },
  ];
}

/** In menus `&` underlines the letter after it. */
function escapeLabel(text: string): string {
  return text.replaceAll('&', '&&');
}
