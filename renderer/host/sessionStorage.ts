/** sessionStorage that may be missing or closed to us. */

export function readSession(name: string): string | null {
  try {
    return sessionStorage.getItem(`leaklanes.${name}`);
  } catch {
    return null;
  }
}

export function writeSession(name: string, value: string): void {
  try {
    sessionStorage.setItem(`leaklanes.${name}`, value);
  } catch {
    // a reload without the token in the URL will then have to be opened anew
  }
}

/** Whether this page shows a file of the browser, which no later page of the tab can open again by itself. */
export function rememberLocalFile(open: boolean): void {
  writeSession('localFile', open ? 'yes' : '');
}

export function hadLocalFile(): boolean {
  return readSession('localFile') === 'yes';
}
