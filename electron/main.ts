import { app } from 'electron';
import { startTraceWorker } from '../worker/client.ts';
import { createRecentFiles } from '../worker/recentFiles.ts';
import { setupDownloads } from './downloads.ts';
import { setupIpc } from './ipc.ts';
import { setupMenu } from './menu.ts';
import { setupNavigation } from './navigation.ts';
import { setupOpenRequests } from './openRequests.ts';
import { PRELOAD, RENDERER_DIR, sampleFile, WORKER_SCRIPT } from './paths.ts';
import { setupPermissions } from './permissions.ts';
import { registerScheme, setupProtocol } from './protocol.ts';
import { withSystemList } from './recentDocuments.ts';
import { createTraceWindows } from './traceWindows.ts';
import { setupWindow } from './window.ts';

// Top-level await would keep Electron from becoming ready: what has to come first is done at once, the rest when it is.
app.enableSandbox();
registerScheme();
const openRequests = setupOpenRequests();
if (openRequests === null) app.quit();
else void app.whenReady().then(() => start(openRequests));

function start(requests: NonNullable<typeof openRequests>): void {
  const devTools = !app.isPackaged;
  setupPermissions();
  setupNavigation();
  setupDownloads();
  setupProtocol(RENDERER_DIR);

  const windows = createTraceWindows({
    createWindow: (hash, beside) => setupWindow({ preload: PRELOAD, devTools, hash, beside }),
    startService: () => startTraceWorker(WORKER_SCRIPT),
  });
  const recentFiles = withSystemList(createRecentFiles(), () => void setupMenu(windows, recentFiles, devTools));
  setupIpc({ windows, recentFiles, sample: sampleFile(app.isPackaged) });
  windows.openFirst(requests.attach((file) => windows.openFile(file)));
  void setupMenu(windows, recentFiles, devTools);

  // Without a window there is nothing to do: closing the last one ends the program on macOS as well.
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => void windows.end());
}
