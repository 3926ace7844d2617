import { session } from 'electron';
import { isOurPage } from './origin.ts';

/** Copying text is all that the viewer needs of what a page can ask for; no camera, no location, no notifications, no devices. */
const GRANTED = 'clipboard-sanitized-write';

export function setupPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === GRANTED && isOurPage(contents.getURL())),
  );
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === GRANTED && isOurPage(origin),
  );
  defaultSession.setDevicePermissionHandler(() => false);
}
