import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterKey, filterSchema, type Filter } from './filter.ts';
import { formatQuery, parseQuery, QUERY_KEYS } from './queryText.ts';

const filterOf = (text: string): Filter => {
  const { filter, errors } = parseQuery(text);
  expect(errors).toEqual([]);
  return filter;
};

describe('parseQuery', () => {
  it('reads the example of the documentation', () => {
    expect(
      filterOf('type:Event process:EventLeak leak stack:*NtTerminate* lifetime:<5s !name:*ConDrv* id:10..20'),
    ).toEqual({
      type: 'Event',
      process: 'EventLeak',
      leak: true,
      stack: '*NtTerminate*',
      lifetime: { min: null, max: 4.999999999 },
      objectName: '!*ConDrv*',
      id: { min: 10, max: 20 },
    });
  });

  it.each<[string, Filter]>([
    ['', {}],
    ['   ', {}],
    ['Signal', { objectName: '*Signal*' }],
    ['*Signal', { objectName: '*Signal' }],
    ['!Signal;Con*', { objectName: '!*Signal*;!Con*' }],
    ['one two !three', { objectName: '*one*;*two*;!*three*' }],
    ['"leak"', { objectName: '*leak*' }],
    ['"C:\\temp"', { objectName: '*C:\\temp*' }],
    ['type:Event type:File !type:Key', { type: 'Event;File;!Key' }],
    ['TYPE:Event create-stack:x ObjectName:y', { type: 'Event', createStack: 'x', objectName: 'y' }],
    ['process:"my tool.exe"', { process: 'my tool.exe' }],
    ['name:"say \\"hi\\" \\\\ C:\\Dir"', { objectName: 'say "hi" \\ C:\\Dir' }],
    ['name:\\Device\\ConDrv', { objectName: '\\Device\\ConDrv' }],
    [
      'leakatexit Inherit multi-process overlapped',
      { leakAtExit: true, inherit: true, multiProcess: true, overlapped: true },
    ],
    ['map', { map: true }],
    ['!map', { map: false }],
    ['map:1', { map: true }],
    ['map:0', { map: false }],
    ['!map:1', { map: false }],
    ['process:EventLeak(924160)', { process: 'EventLeak(924160)' }],
    ['createStackId:12;15 !createStackId:3', { createStackId: '12;15;!3' }],
    ['create-stack-id:(none)', { createStackId: '(none)' }],
    ['end:processExit;open', { end: 'processExit;open' }],
    ['!end:closed*', { end: '!closed*' }],
    ['inheritedPair:"cmd.exe(10) > EventLeak.exe(12)"', { inheritedPair: 'cmd.exe(10) > EventLeak.exe(12)' }],
    ['object:0xFFFF8100* !handle:0xC0', { object: '0xFFFF8100*', handle: '!0xC0' }],
  ])('%s', (text, filter) => {
    expect(filterOf(text)).toEqual(filter);
  });

  it.each<[string, Filter]>([
    ['lifetime:>=1ms', { lifetime: { min: 0.001, max: null } }],
    ['lifetime:1s..5s', { lifetime: { min: 1, max: 5 } }],
    ['lifetime:1..', { lifetime: { min: 1, max: null } }],
    ['time:..2min', { time: { min: null, max: 120 } }],
    ['id:7', { id: { min: 7, max: 7 } }],
    ['id:<10', { id: { min: null, max: 9 } }],
    ['mapSize:>1MB', { mapSize: { min: 1048577, max: null } }],
    ['lifetime:>1ms lifetime:<=5s', { lifetime: { min: 0.001000001, max: 5 } }],
    ['id:>2.5', { id: { min: 3, max: null } }],
  ])('range %s', (text, filter) => {
    expect(filterOf(text)).toEqual(filter);
  });

  it.each([
    ['typ:Event', 0, 9, /no filter "typ".*"type"\?/],
    ['leak foo:bar', 5, 7, /no filter "foo"\. The filters are process, related/],
    ['lifetmie:<5s', 0, 12, /"lifetime"\?/],
    ['type:', 0, 5, /needs a value/],
    ['name:"open', 0, 10, /not closed/],
    ['name:"a"b', 0, 9, /space must follow/],
    ['!leak', 0, 5, /cannot be excluded/],
    ['leak:yes', 0, 8, /takes no value/],
    ['map:2', 0, 5, /map or !map/],
    ['size:>1MB', 0, 9, /"mapSize"\?/],
    ['!id:3', 0, 5, /cannot be excluded/],
    ['id:9..5', 0, 7, /upside down/],
    ['id:-5', 0, 5, /negative/],
    ['lifetime:long', 0, 13, /"long" is no limit: write 1ms/],
    ['lifetime:5MB', 0, 12, /no limit/],
    ['id:1..2..3', 0, 10, /no range/],
    ['object:0xZZ', 0, 11, /no hexadecimal/],
    ['createStackId:main', 0, 18, /no number of a stack/],
    ['end:leaked', 0, 10, /No handle ends as "leaked": write open, closed/],
    ['end:', 0, 4, /such as end:processExit/],
    ['!type:!Event', 0, 12, /excluded twice/],
    ['!', 0, 1, /missing/],
  ])('%s is told with its place', (text, at, length, message) => {
    const { errors } = parseQuery(text);
    expect(errors).toEqual([{ at, length, message: expect.stringMatching(message) }]);
  });

  it('keeps what is right beside what is wrong', () => {
    const { filter, errors } = parseQuery('leak typ:Event type:File');
    expect(filter).toEqual({ leak: true, type: 'File' });
    expect(errors).toHaveLength(1);
  });

  it('gives filters that the schema takes, whatever is typed', () => {
    const piece = fc.constantFrom(
      ...QUERY_KEYS,
      ':',
      '!',
      '"',
      ' ',
      '..',
      '<',
      '>=',
      '5',
      's',
      'x',
      '*',
      ';',
      '\\',
      '-',
    );
    const typed = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const { filter, errors } = parseQuery(text);
        expect(filterSchema.safeParse(filter).success).toBe(true);
        for (const { at, length } of errors) expect(text.slice(at, at + length)).toMatch(/^\S/);
      }),
    );
    expect(parseQuery(`name:${'x'.repeat(5000)}`).errors[0].message).toMatch(/longer than 4096/);
  });
});

describe('formatQuery', () => {
  it.each<[Filter, string]>([
    [{}, ''],
    [{ leak: false, type: '', id: { min: null, max: null } }, ''],
    [{ lifetime: { min: null, max: 4.999999999 } }, 'lifetime:<5s'],
    [{ lifetime: { min: 0.001, max: null } }, 'lifetime:>=1ms'],
    [{ lifetime: { min: 0.000005, max: 90 } }, 'lifetime:5us..90s'],
    [{ mapSize: { min: 1048577, max: null } }, 'mapSize:>1MB'],
    [{ id: { min: 3, max: 3 } }, 'id:3'],
    [{ map: false, leak: true }, 'leak !map'],
    [{ objectName: '!*a*;!b' }, '!name:*a*;b'],
    [{ objectName: 'a;!b' }, 'name:a;!b'],
    [{ process: 'my "tool".exe' }, 'process:"my \\"tool\\".exe"'],
    [{ objectName: '\\Device\\ConDrv' }, 'name:\\Device\\ConDrv'],
  ])('%j', (filter, text) => {
    expect(formatQuery(filter)).toBe(text);
  });

  const text = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc
      .array(fc.constantFrom('!', ';', ':', '"', '\\', ' ', '\n', '\u3000', '*', 'a', 'leak', '..'), { maxLength: 12 })
      .map((s) => s.join('')),
  );
  const limit = fc.option(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
      fc.integer({ min: -10, max: 1e9 }),
      fc.integer({ min: 0, max: 1e12 }).map((ns) => ns / 1e9),
      fc.integer({ min: 0, max: 4096 }).map((mb) => mb * 2 ** 20),
    ),
    { nil: null },
  );
  const range = fc.record({ min: limit, max: limit });
  const flag = fc.boolean();
  const filters: fc.Arbitrary<Filter> = fc.record(
    {
      process: text,
      relatedProcess: text,
      type: text,
      objectName: text,
      object: text,
      handle: text,
      createStack: text,
      destroyStack: text,
      stack: text,
      id: range,
      lifetime: range,
      time: range,
      mapSize: range,
      leak: flag,
      leakAtExit: flag,
      inherit: flag,
      multiProcess: flag,
      overlapped: flag,
      map: flag,
      createStackId: text,
      end: text,
      inheritedPair: text,
      ptrInMap: text,
      viewBase: text,
    },
    { requiredKeys: [] },
  );

  it('has a key for every filter', () => {
    const set = Object.keys(filterSchema.shape).map((field): Filter => {
      for (const value of ['x', true, { min: 1, max: 2 }]) {
        const filter = filterSchema.safeParse({ [field]: value });
        if (filter.success) return filter.data;
      }
      throw new Error(`no value for ${field}`);
    });
    expect(set.filter((filter) => formatQuery(filter) === '')).toEqual([]);
    for (const filter of set) expect(parseQuery(formatQuery(filter)).filter).toEqual(filter);
  });

  it('panels → text → panels: the same filter, for every filter there can be', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(filterKey(parseQuery(formatQuery(filter)).filter)).toBe(filterKey(filter));
      }),
      { numRuns: 1000 },
    );
  });

  it('text → panels → text → panels: the same filter', () => {
    const word = fc.tuple(
      fc.constantFrom('', '!'),
      fc.constantFrom(...QUERY_KEYS),
      fc.constantFrom(':a', ':<5', ':1..2', ':"b c"', ''),
    );
    fc.assert(
      fc.property(fc.array(word.map((parts) => parts.join(''))), (typed) => {
        const { filter } = parseQuery(typed.join(' '));
        expect(filterKey(parseQuery(formatQuery(filter)).filter)).toBe(filterKey(filter));
      }),
    );
  });
});
