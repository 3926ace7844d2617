/** What is being done, on one line of the terminal that is written over and over. */
export interface StatusLine {
  show(text: string): void;
  /** To be called before anything else is written to the terminal. */
  clear(): void;
}

/** Back to the start of the line, and nothing on it. */
const CLEAR = '\r\u001b[K';

/** `stream`: stderr; where it is no terminal, nothing is written. */
export function createStatusLine(stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>): StatusLine {
  let shown = false;
  return {
    show(text) {
      if (!stream.isTTY) return;
      shown = true;
      // A line that wraps could not be written over; 0 columns: a terminal that does not know.
      stream.write(CLEAR + text.slice(0, Math.max(0, (stream.columns || 80) - 1)));
    },
    clear() {
      if (shown) stream.write(CLEAR);
      shown = false;
    },
  };
}
