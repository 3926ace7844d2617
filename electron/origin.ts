/** The viewer's own scheme: file:// pages could read files, and http:// ones could come from anywhere. */
export const SCHEME = 'leaklanes';
const HOST = 'app';
export const START_URL = `${SCHEME}://${HOST}/index.html`;
/** Hash with which a page begins with the start page, whatever the program was started with; the renderer has the same. */
export const EMPTY_WINDOW_HASH = '#start';

/** True for the pages of the viewer. (`URL.origin` is "null" for schemes that Node does not know.) */
export function isOurPage(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${SCHEME}:` && host === HOST && username === '' && password === '';
}

/** Who sent a message, as far as it matters here (Electron's WebFrameMain). */
export interface SenderFrame {
  url: string;
  parent: object | null;
}

/** True for the main frame of one of our pages. Null is a frame that has gone meanwhile. */
export function isOurFrame(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isOurPage(frame.url);
}
