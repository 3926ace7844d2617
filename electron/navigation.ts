import { app, shell, type WebContents } from 'electron';
import { isOurPage } from './origin.ts';

/** The places outside that a link of the viewer may lead to; the user's browser shows them. */
const OUTSIDE = [
  { host: 'learn.microsoft.com', path: '/' },
  { host: 'github.com', path: '/Siemens-Healthineers/ETWAnalyzer' },
];

/** No page but ours is ever shown, in no window but ours. */
export function setupNavigation(): void {
  app.on('web-contents-created', (_event, contents) => harden(contents));
}

export function harden(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, url: string) => {
    // A reload of our own page is a navigation too.
    if (!isOurPage(url)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

export function mayOpenOutside(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, pathname, username, password } = new URL(url);
  return (
    protocol === 'https:' &&
    username === '' &&
    password === '' &&
    OUTSIDE.some(
      (place) =>
        host === place.host && (place.path === '/' || pathname === place.path || pathname.startsWith(`${place.path}/`)),
    )
  );
}
