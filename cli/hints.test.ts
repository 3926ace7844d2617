import { describe, expect, it } from 'vitest';
import type { Filter } from '../shared/filter.ts';
import { traceFixture } from '../worker/query/testing/traceFixture.ts';
import { parseCondition } from './conditions.ts';
import type { FileRequest } from './fileWork.ts';
import { hintLines, hintsOf, type Hint } from './hints.ts';

const trace = traceFixture({
  processes: [
    { name: 'EventLeak.exe', pid: 924160 },
    { name: 'cmd.exe', pid: 4 },
  ],
  stacks: { make: ['ntoskrnl.exe+0x10', 'app.exe!Make+0x1'] },
  objects: [
    { type: 'Event', handles: [{ owner: 'cmd.exe', value: 4, open: 1, openStack: 'make' }] },
    { type: 'Thread', handles: [{ owner: 'EventLeak.exe', value: 4, open: 2 }] },
  ],
});

/** Its first frame has no function name. */
const unnamed = { ...trace, trust: { ...trace.trust, framesWithoutSymbol: 1 } };

function hints(filter: Filter, ...conditions: string[]): Hint[] {
  const request: FileRequest = {
    print: { what: 'info' },
    format: 'text',
    filter,
    creator: {},
    failOn: conditions.map(parseCondition),
    symbols: null,
    colors: false,
    withTotals: false,
  };
  return hintsOf(unnamed, request);
}

describe('what can match nothing', () => {
  it.each<[Filter, Hint['what'], string, string | null]>([
    [{ type: 'Evnt' }, 'type', 'Evnt', 'Event'],
    [{ type: 'Event;Treads;!Xyz;X*' }, 'type', 'Treads', 'Thread'],
    [{ process: 'cdm' }, 'process', 'cdm', 'cmd'],
    [{ relatedProcess: 'EventLeak.exe(92416)' }, 'process', 'EventLeak.exe(92416)', 'EventLeak.exe(924160)'],
    [{ process: '5' }, 'process', '5', null],
    [{ type: 'Semaphore' }, 'type', 'Semaphore', null],
    [{ createStack: '*NtClose*' }, 'stack', '*NtClose*', null],
    [{ destroyStack: '*Make*;*NtClose*;!*x*' }, 'stack', '*NtClose*', null],
    [{ stack: 'NtClose' }, 'stack', 'NtClose', null],
  ])('%j', (filter, what, value, near) => {
    expect(hints(filter)).toEqual([{ what, value, near }]);
  });

  it.each<[Filter]>([
    [{}],
    [{ type: 'event', process: 'eventleak', relatedProcess: '4', objectName: 'nothing' }],
    [{ process: 'CMD.exe(4)' }],
    [{ type: 'Evnt*;!Evnt;' }],
    [{ createStack: '*Make*', destroyStack: '!*NtClose*', stack: '*ntoskrnl*Make*' }],
  ])('%j can', (filter) => {
    expect(hints(filter)).toEqual([]);
  });

  it('is no stack where all frames have names', () => {
    const request = { print: { what: 'info' }, filter: { createStack: '*NtClose*' }, failOn: [] } as never;
    expect(hintsOf(unnamed, request)).toHaveLength(1);
    expect(hintsOf(trace, request)).toEqual([]);
  });

  it('is told once, of conditions too', () => {
    const [leak, open] = ['leak(type=Evnt)>0', 'open(type=Evnt, process=cdm)>0'];
    expect(hints({ type: 'Evnt' }, leak, open).map(({ value }) => value)).toEqual(['Evnt', 'cdm']);
  });
});

it('of several files it is told where none of them has it', () => {
  const hint: Hint = { what: 'type', value: 'Evnt', near: null };
  const a = { file: 'a.etl', hints: [hint] };
  expect(hintLines([a])).toEqual(['no type "Evnt" in a.etl.']);
  expect(hintLines([a, { file: 'b.etl', hints: [{ ...hint, near: 'Event' }] }])).toEqual([
    'no type "Evnt" in any of 2 files; did you mean Event?',
  ]);
  expect(hintLines([a, { file: 'b.etl', hints: [] }])).toEqual([]);
  expect(hintLines([])).toEqual([]);
});
