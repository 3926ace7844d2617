import { describe, expect, it } from 'vitest';
import { objectDetails } from './details.ts';
import type { ObjectDetails } from '../../shared/records.ts';
import { filterSchema } from '../../shared/filter.ts';
import { objectRow } from './rows.ts';
import { selectObjects } from './select.ts';
import { traceFixture } from './testing/traceFixture.ts';

const trace = traceFixture({
  processes: [
    { name: 'cmd.exe', pid: 10 },
    { name: 'child.exe', pid: 20, startNs: 5, endNs: 900 },
    { name: 'thief.exe', pid: 30 },
  ],
  stacks: { make: ['app.exe+0x1'], sweep: ['ntoskrnl.exe!ExSweepHandleTable+0x3'] },
  objects: [
    {
      name: 'one',
      otherNames: ['two'],
      handles: [
        {
          owner: 'cmd.exe',
          value: 0xc0,
          open: 100,
          close: 500,
          tid: 7,
          openStack: 'make',
          end: 'closedByOther',
          closeBy: 'thief.exe',
        },
        {
          owner: 'child.exe',
          value: 0xc0,
          start: 'inherited',
          open: 200,
          close: 900,
          closeStack: 'sweep',
          end: 'processExit',
          source: { process: 'cmd.exe', value: 0xc0 },
        },
        {
          start: 'inherited',
          value: 0xc4,
          open: 210,
          close: 400,
          end: 'lost',
          source: { process: 'cmd.exe', value: 0xc4 },
        },
        {
          owner: 'thief.exe',
          start: 'duplicated',
          value: 0x10,
          open: 300,
          close: 310,
          source: { process: 'cmd.exe', value: 0xc0 },
        },
      ],
      refs: [
        { ns: 120, delta: 3, process: 'cmd.exe' },
        { ns: 130, delta: -1, process: 'cmd.exe' },
      ],
    },
    { handles: [{ owner: 'cmd.exe', value: 8, open: 600, openStack: 'make' }] },
    { map: { process: 'cmd.exe', base: '0xFFFFF000', size: 0x2000, offset: 16, file: 'C:\\a.db', map: 700 } },
    { type: 'Key', handles: [{ owner: 'cmd.exe', value: 4, dcStart: 800, dcEnd: 950 }] },
  ],
});

describe('objectDetails', () => {
  it('tells the life of an object', () => {
    const details = objectDetails(trace, { id: 1, eventLimit: 100 });
    expect(details).toMatchObject({
      row: objectRow(trace, 0),
      otherNames: ['two'],
      maxRefCount: 3,
      multiProcess: true,
      overlapped: true,
      inheritedBy: ['child.exe(20)'],
      map: null,
      eventCount: 9,
      stacks: { 0: { frames: ['app.exe+0x1'] }, 1: { frames: ['ntoskrnl.exe!ExSweepHandleTable+0x3'] } },
      createStack: 0,
      destroyStack: 1,
      sameStack: 1,
    });
    expect(details?.handles).toEqual([
      {
        owner: 'cmd.exe(10)',
        handle: '0xC0',
        start: 'created',
        end: 'closedByOther',
        openNs: 100,
        closeNs: 500,
        source: null,
        closedBy: 'thief.exe(30)',
      },
      {
        owner: 'child.exe(20)',
        handle: '0xC0',
        start: 'inherited',
        end: 'processExit',
        openNs: 200,
        closeNs: 900,
        source: 'cmd.exe(10) 0xC0',
        closedBy: null,
      },
      {
        owner: null,
        handle: '0xC4',
        start: 'inherited',
        end: 'lost',
        openNs: 210,
        closeNs: 400,
        source: 'cmd.exe(10) 0xC4',
        closedBy: null,
      },
      {
        owner: 'thief.exe(30)',
        handle: '0x10',
        start: 'duplicated',
        end: 'closed',
        openNs: 300,
        closeNs: 310,
        source: 'cmd.exe(10) 0xC0',
        closedBy: null,
      },
    ]);
    expect(
      details?.events.map(({ ns, kind, handle, delta, refCount, note }) => [ns, kind, handle, delta, refCount, note]),
    ).toEqual([
      [100, 'HandleCreate', '0xC0', null, null, null],
      [120, 'RefChange', null, 3, 3, null],
      [130, 'RefChange', null, -1, 2, null],
      [200, 'HandleDuplicate', '0xC0', null, null, 'inherited by child.exe(20)'],
      [
        210,
        'HandleDuplicate',
        '0xC4',
        null,
        null,
        'inherited by a process that is not in the trace; its close was not seen',
      ],
      [300, 'HandleDuplicate', '0x10', null, null, 'for thief.exe(30) from cmd.exe(10) 0xC0'],
      [310, 'HandleClose', '0x10', null, null, null],
      [500, 'HandleClose', '0xC0', null, null, 'handle of cmd.exe(10)'],
      [900, 'HandleClose', '0xC0', null, null, 'swept when child.exe(20) ended; inherited from cmd.exe(10) 0xC0'],
    ]);
    expect(details?.events.map((event) => event.openHandles)).toEqual([1, null, null, 2, 3, 4, 3, 1, 0]);
    expect(details?.events[0]).toMatchObject({ process: 'cmd.exe(10)', tid: 7, stack: 0 });
    expect(details?.events[1]).toMatchObject({ tid: null, stack: null });
  });

  it('sends no more events than asked for, but the stacks of birth and death', () => {
    const details = objectDetails(trace, { id: 1, eventLimit: 1 });
    expect(details?.events).toHaveLength(1);
    expect(details?.eventCount).toBe(9);
    expect(Object.keys(details?.stacks ?? {})).toEqual(['0', '1']);
    expect(Object.keys(objectDetails(trace, { id: 2, eventLimit: 0 })?.stacks ?? {})).toEqual(['0']);
  });

  it('shows mappings and rundown entries', () => {
    expect(objectDetails(trace, { id: 3, eventLimit: 9 })?.map).toEqual({
      base: '0xFFFFF000',
      end: '0x100001000',
      size: '8192',
      offset: '16',
      file: 'C:\\a.db',
    });
    expect(objectDetails(trace, { id: 4, eventLimit: 9 })).toMatchObject({
      events: [
        { kind: 'HandleDCStart', handle: '0x4' },
        { kind: 'HandleDCEnd', handle: '0x4' },
      ],
      createStack: null,
      destroyStack: null,
      sameStack: 0,
    });
  });

  it('gives the stacks with what is known of their frames', () => {
    expect(objectDetails(trace, { id: 1, eventLimit: 0 })?.stacks).toEqual({
      0: { frames: ['app.exe+0x1'], places: [null], inlined: [[]], system: [false] },
      1: { frames: ['ntoskrnl.exe!ExSweepHandleTable+0x3'], places: [null], inlined: [[]], system: [true] },
    });
  });

  it('knows no others', () => {
    expect(objectDetails(trace, { id: 5, eventLimit: 9 })).toBeNull();
    expect(objectDetails(trace, { id: 0, eventLimit: 9 })).toBeNull();
  });
});

describe('what an object has in common with others', () => {
  const long = `Global\\${'x'.repeat(5000)}`;
  const others = traceFixture({
    processes: [
      { name: 'a.exe', pid: 10 },
      { name: 'b*.exe', pid: 20 },
    ],
    stacks: { make: ['app.exe+0x1'], other: ['app.exe+0x2'] },
    objects: [
      { name: 'what?;!', handles: [{ owner: 'a.exe', value: 4, open: 1, openStack: 'make' }] },
      { name: 'what?;!', handles: [{ owner: 'a.exe', value: 8, open: 2, openStack: 'other' }] },
      { name: long, type: 'File', handles: [{ owner: 'b*.exe', value: 4, open: 3, openStack: 'make' }] },
      { handles: [{ owner: 'b*.exe', value: 8, dcStart: 4 }] },
      { map: { process: 'a.exe', base: '0x1000', size: 1, file: 'what?;!', map: 5 } },
      { handles: [{ value: 8, dcStart: 6 }] },
    ],
  });
  const details = (id: number): ObjectDetails => {
    const found = objectDetails(others, { id, eventLimit: 9 });
    if (found === null) throw new Error(`no object ${id}`);
    return found;
  };

  it('is counted', () => {
    const counts = [1, 2, 3, 4, 5, 6].map((id) => [details(id).sameStack, details(id).sameName]);
    expect(counts).toEqual([
      [1, 2],
      [0, 2],
      [1, 0],
      [0, 0],
      [0, 2],
      [0, 0],
    ]);
  });

  it('has filters that keep it, and only where there is something', () => {
    expect(details(1).links).toEqual({
      sameStack: { createStackId: '0' },
      sameName: { objectName: 'what??!' },
      sameProcess: { process: 'a.exe(10)' },
      sameType: { type: 'Event' },
    });
    expect(details(4).links).toEqual({ sameProcess: { process: 'b?.exe(20)' }, sameType: { type: 'Event' } });
    expect(details(6).links).toEqual({ sameType: { type: 'Event' } });
    for (let id = 1; id <= 6; id++) {
      for (const filter of Object.values(details(id).links)) {
        expect(filterSchema.safeParse(filter).success).toBe(true);
        expect([...selectObjects(others, filter).objects], JSON.stringify(filter).slice(0, 99)).toContain(id - 1);
      }
    }
  });
});

describe('the reference ledger', () => {
  const counted = traceFixture({
    processes: [{ name: 'a.exe', pid: 10 }],
    stacks: { take: ['a.exe+0x1'], give: ['a.exe+0x2'] },
    objects: [
      {
        handles: [{ owner: 'a.exe', value: 4, open: 1 }],
        refs: [
          { ns: 2, delta: 2, stack: 'take' },
          { ns: 3, delta: -1, stack: 'give' },
          { ns: 4, delta: 1, stack: 'take' },
          { ns: 5, delta: -1, stack: 'take' },
          { ns: 6, delta: 1 },
        ],
      },
    ],
  });

  it('sums what is taken and given back by stack, whatever events are shown', () => {
    const details = objectDetails(counted, { id: 1, eventLimit: 1 });
    expect(details?.ledger).toEqual([
      { stack: 0, taken: 3, given: 1, net: 2, events: 3 },
      { stack: null, taken: 1, given: 0, net: 1, events: 1 },
      { stack: 1, taken: 0, given: 1, net: -1, events: 1 },
    ]);
    expect(Object.keys(details?.stacks ?? {})).toEqual(['0', '1']);
  });
});

describe('open handles of an object as its events go by', () => {
  it('count those from before the trace, and end with what was closed unseen', () => {
    const lives = traceFixture({
      processes: [{ name: 'a.exe', pid: 10 }],
      objects: [
        {
          handles: [
            { owner: 'a.exe', value: 4, close: 50 },
            { owner: 'a.exe', value: 8, open: 10, close: 30, end: 'lost' },
            { owner: 'a.exe', value: 12, open: 20 },
            { owner: 'a.exe', value: 8, open: 30, close: 60 },
          ],
        },
      ],
    });
    const events = objectDetails(lives, { id: 1, eventLimit: 9 })?.events ?? [];
    expect(events.map(({ ns, openHandles }) => [ns, openHandles])).toEqual([
      [10, 2],
      [20, 3],
      [30, 3],
      [50, 2],
      [60, 1],
    ]);
  });
});
