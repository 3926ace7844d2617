import { describe, expect, it } from 'vitest';
import { traceFixture } from './testing/traceFixture.ts';
import { textsOf } from './texts.ts';

/** The first own frame of a stack, leaf first. */
function ownFrame(...frames: string[]): string | null {
  const trace = traceFixture({ stacks: { one: frames } });
  return textsOf(trace).frameOfStack(0);
}

describe('the first own frame', () => {
  it.each([
    ['of a module outside the system', ['ntoskrnl.exe+0x1', 'KernelBase.dll+0x2', 'user32.dll+0x3', 'app.exe+0x4'], 3],
    ['code that the program made itself', ['ntdll.dll+0x1', '0x7FF612340000', 'app.exe+0x4'], 1],
    [
      'else outside the lowest libraries',
      ['ntoskrnl.exe+0x1', 'ntdll.dll+0x2', 'combase.dll+0x3', 'user32.dll+0x4'],
      2,
    ],
    ['else the first', ['ntoskrnl.exe+0x1', 'ntdll.dll+0x2', 'kernel32.dll+0x3'], 0],
  ])('is %s', (_which, frames, expected) => expect(ownFrame(...frames)).toBe(frames[expected]));

  it('is nothing in an empty stack', () => expect(ownFrame()).toBeNull());
});
