import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileHexFilter,
  compileProcessFilter,
  compileTextFilter,
  compileWildcard,
  escapeForFilter,
  fold,
  parseHex64,
  parseStackFilter,
} from './textFilter.ts';

/** The plain meaning of a pattern, exponential in the worst case. */
function naive(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern.startsWith('*')) {
    return naive(pattern.slice(1), value) || (value !== '' && naive(pattern, value.slice(1)));
  }
  return value !== '' && (pattern[0] === '?' || pattern[0] === value[0]) && naive(pattern.slice(1), value.slice(1));
}

describe('text filters', () => {
  it.each([
    ['Event', 'event', true],
    ['Event', 'Event1', false],
    ['*event*', 'SignalEvent_1', true],
    ['signal*', 'SignalEvent', true],
    ['signal*', 'aSignalEvent', false],
    ['*_1', 'SignalEvent_1', true],
    ['*_1', 'SignalEvent_12', false],
    ['Even?', 'Event', true],
    ['Even?', 'Even', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['aa*aa', 'aaa', false],
    ['Event;File', 'file', true],
    ['Event;File', 'Key', false],
    ['!Event', 'Event', false],
    ['!Event', 'File', true],
    ['*e*;!File', 'File', false],
    ['*e*;!File', 'Event', true],
    ['*e*;!File', 'Job', false],
    ['', 'anything', true],
    [';;', 'anything', true],
    ['!', '', false],
    ['!', 'named', true],
    ['*', '', true],
    ['\\Device\\(x)[1].^$+', '\\device\\(X)[1].^$+', true],
  ])('%s on %s is %s', (text, value, expected) => {
    expect(compileTextFilter(text)(value)).toBe(expected);
  });

  it('folds case unit by unit, so that ? and lengths stay true', () => {
    expect(compileTextFilter('?stanbul')('İstanbul')).toBe(true);
    expect(compileTextFilter('*ΟΔΟΣ')('οδος')).toBe(true);
    expect(compileTextFilter('straße')('STRAßE')).toBe(true);
    expect(fold('İß').length).toBe(2);
  });

  it('is the naive matcher, only faster', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'B', '.'), { maxLength: 12 }).map((units) => units.join(''));
    const patterns = fc
      .array(fc.constantFrom('a', 'b', '.', '*', '?'), { maxLength: 8 })
      .map((units) => units.join(''));
    fc.assert(
      fc.property(patterns, letters, (pattern, value) => {
        expect(compileWildcard(pattern)(value)).toBe(naive(pattern, value.toLowerCase()));
      }),
      { numRuns: 3000 },
    );
  });

  it('searches pieces of more than one word of bits', () => {
    const piece = `${'ab'.repeat(40)}?${'c'.repeat(30)}`;
    const value = `${'ab'.repeat(45)}x${'c'.repeat(30)}tail`;
    expect(compileTextFilter(`*${piece}*`)(value)).toBe(true);
    expect(compileTextFilter(`*${piece}c*`)(value)).toBe(false);
    expect(compileTextFilter(`*${'ab'.repeat(40)}*`)(value)).toBe(true);
    expect(compileTextFilter(`*${'ab'.repeat(46)}*`)(value)).toBe(false);
  });

  it.each([
    ['*a*a*a*a*a*a*a*a*a*a*b'],
    [`*${'a'.repeat(2000)}b*`],
    [`*b${'a'.repeat(2000)}*`],
    [`*${'a?'.repeat(1000)}b*`],
    [`*${'?'.repeat(4000)}b`],
  ])('needs no more than a moment for a long name and %.20s…', (pattern) => {
    const matches = compileTextFilter(pattern);
    const value = 'a'.repeat(32_000);
    const start = performance.now();
    expect(matches(value)).toBe(false);
    expect(performance.now() - start).toBeLessThan(250);
  });
});

describe('process filters', () => {
  it.each([
    ['EventLeak', 'eventleak.exe', 7, true],
    ['Leak', 'EventLeak.exe', 7, false],
    ['EventLeak.exe(7)', 'EventLeak.exe', 7, true],
    ['EventLeak.exe(7)', 'EventLeak.exe', 77, false],
    ['EventLeak(7)', 'EventLeak.exe', 7, true],
    ['cmd.exe (7)', 'cmd.exe', 7, true],
    ['7', 'EventLeak.exe', 7, true],
    ['7', '7zip.exe', 8, false],
    ['7z', '7zip.exe', 8, true],
    ['*leak.exe', 'EventLeak.exe', 7, true],
    ['*leak', 'EventLeak.exe', 7, true],
    ['*leak', 'EventLeaker.exe', 7, false],
    ['*leak*(7)', 'EventLeak.exe', 7, true],
    ['*leak*(7)', 'EventLeak.exe', 17, false],
    ['*(x86).exe', 'foo (x86).exe', 7, true],
    ['foo (x86)', 'foo (x86).exe', 7, true],
    ['foo (x86).exe(7)', 'foo (x86).exe', 7, true],
    ['foo (x86).exe(7)', 'foo (x86).exe', 8, false],
    ['foo (2)', 'foo (2).exe', 9, true],
    ['foo (2)', 'foo.exe', 2, true],
    ['!svchost', 'svchost.exe', 1, false],
    ['!svchost', 'cmd.exe', 1, true],
    ['cmd;7', 'x.exe', 7, true],
    ['!', 'x.exe', 7, true],
  ])('%s on %s(%i) is %s', (text, name, pid, expected) => {
    expect(compileProcessFilter(text)(name, pid)).toBe(expected);
  });

  it('takes every escaped "name(pid)" as itself', () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 20,
      unit: fc.constantFrom('a', '(', ')', ';', '!', '1', ' ', '.'),
    });
    fc.assert(
      fc.property(name, fc.nat(), (text, pid) => {
        expect(compileProcessFilter(escapeForFilter(`${text}(${pid})`))(text, pid)).toBe(true);
      }),
    );
  });
});

describe('hex filters', () => {
  it.each([
    ['0xc0', 0, 0xc0, true],
    ['C0', 0, 0xc0, true],
    ['0x00000000000000C0', 0, 0xc0, true],
    ['0xC0', 1, 0xc0, false],
    ['0xC0', 0, 0xc01, false],
    ['0xFFFFC283AEE8CD60', 0xffffc283, 0xaee8cd60, true],
    ['ffffc283`aee8cd60', 0xffffc283, 0xaee8cd60, true],
    ['0xffffc283*', 0xffffc283, 0xaee8cd60, true],
    ['*cd60', 0xffffc283, 0xaee8cd60, true],
    ['ffffc2?3*', 0xffffc283, 0xaee8cd60, true],
    ['0x1*', 0x1b5, 0, true],
    ['0x1B500000000', 0x1b5, 0, true],
    ['!0xC0', 0, 0xc0, false],
    ['!0xC0', 0, 0xc4, true],
    ['0xC0;0xC4', 0, 0xc4, true],
    ['nonsense', 0, 0xc0, false],
  ])('%s on %i:%i is %s', (text, high, low, expected) => {
    expect(compileHexFilter(text)(high, low)).toBe(expected);
  });

  it('knows what a 64-bit number is', () => {
    expect(parseHex64('0x1b544000000')).toEqual({ high: 0x1b5, low: 0x44000000 });
    expect(parseHex64('0')).toEqual({ high: 0, low: 0 });
    expect(parseHex64('0x10000000000000000')).toBeNull();
    expect(parseHex64('0x')).toBeNull();
    expect(parseHex64('12g')).toBeNull();
  });
});

describe('stack filters', () => {
  const matches = (text: string, frame: string): boolean => {
    const filter = parseStackFilter(text);
    return filter.accepts(filter.classify(frame));
  };
  it('looks inside a frame where there is no wildcard', () => {
    expect(matches('NtTerminate', 'ntoskrnl.exe!NtTerminateProcess+0x1')).toBe(true);
    expect(matches('ntterminate*', 'ntoskrnl.exe!NtTerminateProcess+0x1')).toBe(false);
    expect(matches('*ntterminate*', 'ntoskrnl.exe!NtTerminateProcess+0x1')).toBe(true);
  });
  it('asks for the whole text only where that can differ from the frames', () => {
    expect(parseStackFilter('*NtTerminate*').wholeText).toBe(false);
    expect(parseStackFilter('NtTerminate;!other').wholeText).toBe(false);
    expect(parseStackFilter('*a*b*').wholeText).toBe(true);
    expect(parseStackFilter('ntoskrnl*').wholeText).toBe(true);
  });
});

describe('escapeForFilter', () => {
  it('makes any value match itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: fc.constantFrom('a', '*', '?', ';', '!', '(') }), (value) => {
        expect(compileTextFilter(escapeForFilter(value))(value)).toBe(true);
      }),
    );
    expect(escapeForFilter('!a;b*c!')).toBe('?a?b?c!');
  });

  it('cuts a very long value, so that a filter has room for it', () => {
    const long = 'n'.repeat(32_000);
    expect(escapeForFilter(long).length).toBeLessThan(2000);
    expect(compileTextFilter(escapeForFilter(long))(long)).toBe(true);
  });
});

describe('(none)', () => {
  it('is what has no text, and no other pattern but * matches that', () => {
    const kept = (text: string): string[] => ['', 'a', '(none)'].filter(compileTextFilter(text));
    expect(kept('(none)')).toEqual(['', '(none)']);
    expect(kept('(NONE);a')).toEqual(['', 'a', '(none)']);
    expect(kept('!(none)')).toEqual(['a']);
    expect(kept(escapeForFilter('(none)'))).toEqual(['(none)']);
  });
  it('is a process that is not known', () => {
    expect(compileProcessFilter('(none)')('', -1)).toBe(true);
    expect(compileProcessFilter('(none)')('(none)', 4)).toBe(false);
    expect(compileProcessFilter('!(none)')('a.exe', 4)).toBe(true);
  });
  it('is a thing without a stack', () => {
    const filter = parseStackFilter('(none)');
    expect(filter.accepts(filter.classify(''))).toBe(true);
    expect(filter.accepts(filter.classify('a.exe+0x1'))).toBe(false);
  });
});

describe('several values', () => {
  it.each([
    ['A;B', ['A', 'b']],
    ['!A;!B', ['C']],
    ['A;B;!B', ['A']],
    ['A;;', ['A']],
  ])('%s', (text, kept) => {
    expect(['A', 'b', 'C'].filter(compileTextFilter(text))).toEqual(kept);
    expect(['A', 'b', 'C'].filter((name) => compileProcessFilter(text)(name, 4))).toEqual(kept);
  });
});
