/** Colours of text output: ANSI sequences of the eight basic colours, which every terminal shows in its own theme. */
import { PLAIN, type Paint, type PaintRole } from '../worker/query/paint.ts';

const SEQUENCES: Record<PaintRole, string> = {
  file: '1;36',
  object: '32',
  leak: '1;31',
  leakAtExit: '33',
  stack: '2',
  total: '1',
};

const COLORED: Paint = (role, text) => `\u001b[${SEQUENCES[role]}m${text}\u001b[0m`;

export function paintOf(colors: boolean): Paint {
  return colors ? COLORED : PLAIN;
}

/**
 * Whether to colour: on a terminal only. NO_COLOR (https://no-color.org) turns it off, FORCE_COLOR on where stdout is no terminal ("0" and
 * "false": off), and wins, as in Node itself. A file of --out never has colours.
 */
export function wantsColors(
  out: string | undefined,
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (out !== undefined) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}
