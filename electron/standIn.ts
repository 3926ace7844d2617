import { vi } from 'vitest';

type Listener = (...args: never[]) => unknown;

/** As much of an EventEmitter as Electron's objects need in tests. */
function emitter() {
  const listeners = new Map<string, Listener[]>();
  return {
    on(event: string, listener: Listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return this;
    },
    once(event: string, listener: Listener) {
      return this.on(event, listener);
    },
    emit(event: string, ...args: unknown[]) {
      for (const listener of listeners.get(event) ?? []) (listener as (...given: unknown[]) => unknown)(...args);
    },
  };
}

/**
 * A stand-in of the module `electron` for `vi.mock('electron', …)`: what the main process registers can be looked at and
 * called. Its runtime is not needed, and cannot be had everywhere.
 */
export function electronStandIn() {
  const handlers = new Map<string, (event: unknown, ...args: unknown[]) => Promise<unknown>>();
  const ipc = emitter();
  return {
    app: {
      ...emitter(),
      isPackaged: false,
      addRecentDocument: vi.fn(),
      clearRecentDocuments: vi.fn(),
      getPath: vi.fn((name: string) => `/home/user/${name}`),
      requestSingleInstanceLock: vi.fn(() => true),
      enableSandbox: vi.fn(),
      whenReady: vi.fn(() => Promise.resolve()),
      quit: vi.fn(),
    },
    shell: { openExternal: vi.fn(async () => {}) },
    dialog: { showOpenDialog: vi.fn(), showSaveDialog: vi.fn(), showMessageBox: vi.fn(async () => {}) },
    protocol: { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() },
    session: {
      defaultSession: {
        ...emitter(),
        setPermissionRequestHandler: vi.fn(),
        setPermissionCheckHandler: vi.fn(),
        setDevicePermissionHandler: vi.fn(),
      },
    },
    nativeTheme: { shouldUseDarkColors: false },
    screen: { getDisplayMatching: vi.fn(() => ({ workArea: { x: 0, y: 25, width: 1920, height: 1055 } })) },
    Menu: { setApplicationMenu: vi.fn(), buildFromTemplate: vi.fn((template: unknown) => template) },
    BrowserWindow: vi.fn(),
    contextBridge: { exposeInMainWorld: vi.fn() },
    ipcRenderer: { invoke: vi.fn(), send: vi.fn(), on: vi.fn(), off: vi.fn() },
    webUtils: { getPathForFile: vi.fn() },
    ipcMain: {
      handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => Promise<unknown>) =>
        handlers.set(channel, handler),
      on: ipc.on.bind(ipc),
      emit: ipc.emit.bind(ipc),
      handlers,
    },
  };
}

/** A window whose page has been loaded; what is sent to the page is kept. */
export function windowStandIn() {
  const sent: unknown[][] = [];
  return {
    ...emitter(),
    sent,
    loadURL: vi.fn(async () => {}),
    isDestroyed: vi.fn(() => false),
    isMinimized: vi.fn(() => true),
    restore: vi.fn(),
    show: vi.fn(),
    focus: vi.fn(),
    getNormalBounds: vi.fn(() => ({ x: 100, y: 100, width: 1280, height: 800 })),
    webContents: {
      ...emitter(),
      send: (...args: unknown[]) => sent.push(args),
      executeJavaScript: vi.fn(async () => {}),
      setWindowOpenHandler: vi.fn(),
    },
  };
}
