import { app } from 'electron';
import { startTraceWorker } from '../worker/client.ts';
import { createRecentFiles } from '../worker/recentFiles.ts';
import { setupIpc } from './ipc.ts';
import { setupMenu } from './menu.ts';
import { setupNavigation } from './navigation.ts';
import { setupOpenRequests } from './openRequests.ts';
import { PRELOAD, RENDERER_DIR, WORKER_SCRIPT } from './paths.ts';
import { setupPermissions } from './permissions.ts';
import { registerScheme, setupProtocol } from './protocol.ts';
import { withSystemList } from './recentDocuments.ts';
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
  setupProtocol(RENDERER_DIR);

  const service = startTraceWorker(WORKER_SCRIPT);
  const window = setupWindow(PRELOAD, devTools);
  const recentFiles = withSystemList(createRecentFiles(), () => void setupMenu(window, recentFiles, devTools));
  setupIpc({ window, service, recentFiles, argumentFile: () => requests.current() });
  void setupMenu(window, recentFiles, devTools);
  requests.attach(window);

  // One window, one trace: closing it ends the program on macOS as well.
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => void service.terminate());
}
