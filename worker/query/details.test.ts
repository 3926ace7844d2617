import { describe, expect, it } from 'vitest';
import { objectDetails } from './details.ts';
import { objectRow } from './rows.ts';
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

  it('knows no others', () => {
    expect(objectDetails(trace, { id: 5, eventLimit: 9 })).toBeNull();
    expect(objectDetails(trace, { id: 0, eventLimit: 9 })).toBeNull();
  });
});
