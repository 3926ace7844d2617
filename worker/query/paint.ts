/** What a piece of text output is, for hosts that show it in colours. */
export type PaintRole = 'file' | 'object' | 'leak' | 'leakAtExit' | 'stack' | 'total';

/** Adds colours to a piece of one line; never changes its characters. */
export type Paint = (role: PaintRole, text: string) => string;

/** No colours. */
export const PLAIN: Paint = (_role, text) => text;
