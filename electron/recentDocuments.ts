import { app } from 'electron';
import type { RecentFiles } from '../worker/recentFiles.ts';

/** The list of recent files that the menu and the system's own list (jump list, dock) follow. */
export function withSystemList(recent: RecentFiles, onChange: () => void): RecentFiles {
  return {
    ...recent,
    async add(path) {
      await recent.add(path);
      app.addRecentDocument(path);
      onChange();
    },
    async remove(path) {
      await recent.remove(path);
      onChange();
    },
    async clear() {
      await recent.clear();
      app.clearRecentDocuments();
      onChange();
    },
  };
}
