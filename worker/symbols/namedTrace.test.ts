import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  END_CLOSED,
  END_OPEN,
  END_PROCESS_EXIT,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  type FrameSymbol,
  type Trace,
} from '../lifetimes/model.ts';
import { facetsOf } from '../query/facets.ts';
import { objectJson, type JsonObject } from '../query/json.ts';
import { objectRow } from '../query/rows.ts';
import { SelectionCache } from '../query/selectionCache.ts';
import { arbitraryTrace } from '../query/testing/arbitraryTrace.ts';
import { traceFixture, type TraceLiteral } from '../query/testing/traceFixture.ts';
import { textsOf } from '../query/texts.ts';
import { nameTrace } from './namedTrace.ts';

/** Symbols by the text that a frame has without them. */
function symbolsFor(trace: Trace, names: Record<string, string | Partial<FrameSymbol>>): (FrameSymbol | null)[] {
  return Array.from({ length: trace.stacks.frameCount }, (_, frame) => {
    const given = names[trace.stacks.frameText(frame)];
    if (given === undefined) return null;
    const symbol = typeof given === 'string' ? { name: given } : given;
    return { name: '', offset: 0, place: null, inlined: [], ...symbol };
  });
}

const literal: TraceLiteral = {
  processes: [
    { name: 'a.exe', pid: 10 },
    { name: 'b.exe', pid: 20 },
  ],
  stacks: {
    make: ['ntdll.dll+0x10', 'app.exe+0x20', 'app.exe+0x30', '0x7FFE0000'],
    sweep: ['ntoskrnl.exe+0x5', 'ntoskrnl.exe+0x7'],
    close: ['ntdll.dll+0x40', 'app.exe+0x20'],
  },
  objects: [
    {
      name: 'one',
      handles: [{ owner: 'a.exe', value: 4, open: 100, openStack: 'make', close: 900, closeStack: 'sweep' }],
    },
    {
      name: 'two',
      handles: [
        {
          owner: 'a.exe',
          value: 8,
          open: 200,
          close: 910,
          closeStack: 'sweep',
          end: 'closedByOther',
          closeBy: 'b.exe',
        },
        { owner: 'b.exe', value: 8, open: 210 },
      ],
    },
    { name: 'three', handles: [{ owner: 'a.exe', value: 12, open: 300, close: 400, closeStack: 'close' }] },
    { name: 'four', handles: [{ owner: 'a.exe', value: 16, open: 310, close: 500, end: 'lost', closeStack: 'sweep' }] },
  ],
};
const trace = traceFixture(literal);

const SWEPT = { 'ntoskrnl.exe+0x7': 'ExSweepHandleTable' };

describe('a trace with names', () => {
  it('shows module!function+offset, and module+offset where there is no name', () => {
    const named = nameTrace(
      trace,
      symbolsFor(trace, {
        'ntdll.dll+0x10': { name: 'NtCreateEvent', offset: 0x14 },
        'app.exe+0x20': { name: 'main', offset: 0 },
      }),
    );
    expect(textsOf(named).frames(0)).toEqual([
      'ntdll.dll!NtCreateEvent+0x14',
      'app.exe!main+0x0',
      'app.exe+0x30',
      '0x7FFE0000',
    ]);
    expect(objectRow(named, 0).createFrame).toBe('app.exe!main+0x0');
    expect(textsOf(trace).frames(0)).toEqual(['ntdll.dll+0x10', 'app.exe+0x20', 'app.exe+0x30', '0x7FFE0000']);
    expect(named.trust.framesWithoutSymbol).toBe(4 + 4 + 2 - 1 - 2);
  });

  it('has counts of its own where names tell what leaks at exit, also where the others were asked for before', () => {
    const count = (of: Trace): unknown => {
      const { leakAtExit, lists } = facetsOf(new SelectionCache(of), { filter: {} });
      return { leakAtExit, ends: lists.end.entries.map(({ label, objects }) => [label, objects]) };
    };
    count(trace);
    const named = nameTrace(trace, symbolsFor(trace, SWEPT));
    const fresh = nameTrace(traceFixture(literal), symbolsFor(trace, SWEPT));
    expect(count(named)).toEqual(count(fresh));
    expect(count(named)).not.toEqual(count(trace));
  });

  it('carries places and inlined functions, and lets stack filters see them', () => {
    const named = nameTrace(
      trace,
      symbolsFor(trace, {
        'app.exe+0x20': {
          name: 'main',
          offset: 3,
          place: { file: 'C:\\src\\app.cpp', line: 12 },
          inlined: ['Get', 'Wait'],
        },
      }),
    );
    expect(textsOf(named).stackRecord(0)).toEqual({
      frames: ['ntdll.dll+0x10', 'app.exe!main+0x3', 'app.exe+0x30', '0x7FFE0000'],
      places: [null, 'app.cpp:12', null, null],
      inlined: [[], ['Get', 'Wait'], [], []],
      system: [true, false, false, false],
    });
    expect(textsOf(named).filteredFrames(0)).toEqual([
      'ntdll.dll+0x10',
      'app.exe!main+0x3',
      'app.exe!Get',
      'app.exe!Wait',
      'app.exe+0x30',
      '0x7FFE0000',
    ]);
    const cache = new SelectionCache(named);
    const kept = (createStack: string): number[] => [...cache.get({ createStack }).objects];
    expect(kept('*app.exe!main*')).toEqual([0]);
    expect(kept('app.exe!wait')).toEqual([0]);
    expect(kept('!*app.exe!Get')).toEqual([1, 2, 3]);
    expect([...new SelectionCache(trace).get({ createStack: '*main*' }).objects]).toEqual([]);
  });

  it.each(['ExSweepHandleTable', 'ObKillProcess', 'NtTerminateProcess', 'NtTerminateProcess(void*,long)'])(
    'knows the sweep of a process by %s on the stack of the close',
    (name) => {
      const named = nameTrace(trace, symbolsFor(trace, { 'ntoskrnl.exe+0x7': name }));
      const handles = (of: Trace): number[] => [...of.handles.end];
      expect(handles(named)).toEqual([END_PROCESS_EXIT, END_PROCESS_EXIT, END_OPEN, END_CLOSED, handles(trace)[4]]);
      expect([...named.objects.flags].map((flags) => flags & (OBJECT_LEAK | OBJECT_LEAK_AT_EXIT))).toEqual([
        OBJECT_LEAK_AT_EXIT,
        OBJECT_LEAK | OBJECT_LEAK_AT_EXIT,
        0,
        0,
      ]);
      expect([...new SelectionCache(named).get({ leakAtExit: true }).objects]).toEqual([0, 1]);
      expect([...new SelectionCache(trace).get({ leakAtExit: true }).objects]).toEqual([]);
    },
  );

  it('knows it by a function that was folded into another', () => {
    const symbols = symbolsFor(trace, { 'ntoskrnl.exe+0x7': { name: 'PspExitThread', inlined: ['ObKillProcess'] } });
    expect(nameTrace(trace, symbols).handles.end[0]).toBe(END_PROCESS_EXIT);
  });

  it.each(['ZwTerminateProcess', 'exsweephandletable', 'ExSweepHandleTableEntry', 'x::ObKillProcess'])(
    'takes %s for no sweep',
    (name) => {
      const named = nameTrace(trace, symbolsFor(trace, { 'ntoskrnl.exe+0x7': name }));
      expect(named.handles.end).toBe(trace.handles.end);
      expect(named.objects.flags).toBe(trace.objects.flags);
    },
  );

  it('says how many frames have no name, as information only', () => {
    const named = nameTrace(trace, symbolsFor(trace, SWEPT));
    const added = named.info.health.slice(trace.info.health.length);
    expect(added).toEqual([
      {
        severity: 'info',
        code: 'framesWithoutSymbol',
        message: expect.stringMatching(/^\d+ stack frames of \d+ without a function name/) as string,
      },
    ]);
    expect(nameTrace(trace, symbolsFor(trace, SWEPT)).info.health).toEqual(named.info.health);
  });

  it('changes nothing but names and ends', () => {
    const withoutNames = (json: JsonObject): unknown => ({
      ...json,
      leakAtExit: null,
      createStack: null,
      destroyStack: null,
      handles: json.handles.map((handle) => ({ ...handle, end: null })),
      events: json.events?.map((event) => ({ ...event, stack: event.stack?.length })),
    });
    fc.assert(
      fc.property(
        arbitraryTrace(),
        fc.array(fc.option(fc.constantFrom('main', 'ObKillProcess', 'f(int)'), { nil: null }), { maxLength: 20 }),
        (literal, names) => {
          const plain = traceFixture(literal);
          const symbols = Array.from({ length: plain.stacks.frameCount }, (_, frame) => {
            const name = names[frame] ?? null;
            return name === null ? null : { name, offset: 1, place: null, inlined: [] };
          });
          const before = Array.from({ length: plain.objects.length }, (_, i) => objectJson(plain, i, { events: true }));
          const named = nameTrace(plain, symbols);
          for (let object = 0; object < plain.objects.length; object++) {
            const json = objectJson(named, object, { events: true });
            expect(withoutNames(json)).toEqual(withoutNames(before[object]));
            expect(objectJson(plain, object, { events: true })).toEqual(before[object]);
            // The rule once more, in words: only closes can become sweeps, and the flag says whether there is one.
            json.handles.forEach((handle, index) => {
              const was = before[object].handles[index].end;
              if (handle.end !== was)
                expect([was, handle.end]).toEqual([expect.stringMatching(/^closed/), 'processExit']);
            });
            expect(json.leakAtExit).toBe(json.handles.some((handle) => handle.end === 'processExit'));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
