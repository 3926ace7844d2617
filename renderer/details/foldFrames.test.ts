import { expect, it } from 'vitest';
import { foldFrames } from './foldFrames.ts';

/** "ss.s" → what becomes of it: "[2]" is a line that stands for two frames. */
function folded(drawn: string): string {
  return foldFrames([...drawn].map((frame) => frame === 's'))
    .map(({ from, to, folded: fold }) => (fold ? `[${to - from}]` : drawn.slice(from, to)))
    .join('');
}

it('folds runs of system frames and leaves single ones', () => {
  expect(folded('sss..ss')).toBe('[3]..[2]');
  expect(folded('s.s.ss')).toBe('s.s.[2]');
  expect(folded('..')).toBe('..');
});

it('folds nothing of a stack that has no frames of its own', () => {
  expect(folded('ssss')).toBe('ssss');
  expect(folded('')).toBe('');
});
