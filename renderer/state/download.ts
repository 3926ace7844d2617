/** Gives the user a file that was made in the page: the browser's download, or Electron's save dialog. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  followLink(url, name);
  // The click only starts the download: the URL has to live until it is read.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Starts a download from an address of the server. */
export function followLink(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
