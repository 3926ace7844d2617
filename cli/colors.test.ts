import { expect, it } from 'vitest';
import { paintOf, wantsColors } from './colors.ts';

it.each<[string | undefined, boolean, Record<string, string>, boolean]>([
  [undefined, true, {}, true],
  [undefined, false, {}, false],
  [undefined, true, { TERM: 'dumb' }, false],
  [undefined, true, { NO_COLOR: '1' }, false],
  [undefined, true, { NO_COLOR: '' }, true],
  [undefined, false, { FORCE_COLOR: '1' }, true],
  [undefined, true, { FORCE_COLOR: '0' }, false],
  [undefined, true, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  ['x.txt', true, { FORCE_COLOR: '1' }, false],
])('--out %s, terminal %s, %o: colours %s', (out, isTerminal, env, expected) => {
  expect(wantsColors(out, isTerminal, env)).toBe(expected);
});

it('ends a colour on its line', () => {
  expect(paintOf(true)('leak', 'x')).toBe('\u001b[1;31mx\u001b[0m');
  expect(paintOf(false)('leak', 'x')).toBe('x');
});
