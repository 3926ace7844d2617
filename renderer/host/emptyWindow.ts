/** Hash of a page that is to begin with the start page, whatever the server was started with. */
export const EMPTY_WINDOW_HASH = '#start';
