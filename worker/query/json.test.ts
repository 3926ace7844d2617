import { describe, expect, it } from 'vitest';
import { jsonLines, objectJson } from './json.ts';
import { selectObjects } from './select.ts';
import { traceFixture } from './testing/traceFixture.ts';

const trace = traceFixture({
  processes: [
    { name: 'EventLeak.exe', pid: 924160, startNs: 5, endNs: 900 },
    { name: 'cmd.exe', pid: 1026876 },
  ],
  stacks: { make: ['ntoskrnl.exe+0x1', 'EventLeak.exe+0x2'], sweep: ['ntoskrnl.exe+0x3'] },
  objects: [
    {
      type: 'File',
      name: '\\Device\\ConDrv',
      pointer: '0xFFFF810D03C59420',
      handles: [
        { owner: 'cmd.exe', value: 0x124, dcStart: 0, dcEnd: 950 },
        {
          owner: 'EventLeak.exe',
          value: 0x124,
          start: 'inherited',
          open: 100,
          close: 200,
          closeBy: 'cmd.exe',
          end: 'closedByOther',
          source: { process: 'cmd.exe', value: 0x124 },
        },
        { value: 0x128, start: 'duplicated', open: 110, close: 210, end: 'lost', source: { value: 0x12 } },
      ],
    },
    {
      name: 'SignalEvent_0',
      pointer: '0xFFFF810008BE66F0',
      handles: [
        {
          owner: 'EventLeak.exe',
          value: 0x80003a78,
          open: 300,
          close: 400,
          tid: 7,
          closeTid: 8,
          openStack: 'make',
          closeStack: 'sweep',
          end: 'processExit',
        },
      ],
      refs: [
        { ns: 310, delta: 2, process: 'cmd.exe' },
        { ns: 320, delta: -1 },
      ],
    },
    {
      map: {
        process: 'cmd.exe',
        base: '0x1B544000000',
        size: 16777216,
        offset: 4096,
        file: 'C:\\a.db',
        map: 500,
        mapStack: 'make',
      },
    },
  ],
});

describe('objectJson', () => {
  it('writes an inherited object as cli.md has it', () => {
    expect(JSON.stringify(objectJson(trace, 0))).toBe(
      '{"id":1,"kind":"object","pointer":"0xFFFF810D03C59420","type":"File","name":"\\\\Device\\\\ConDrv",' +
        '"birthNs":null,"deathNs":null,"lifetimeNs":null,"bornBeforeTrace":true,"leak":false,"leakAtExit":false,' +
        '"multiProcess":false,"overlapped":true,"maxRefCount":0,"inheritedBy":[924160],' +
        '"createPid":null,"createTid":null,"createStack":null,"destroyPid":null,"destroyTid":null,"destroyStack":null,' +
        '"handles":[{"ownerPid":1026876,"handle":"0x124","start":"existing","openNs":null,"end":"open","closeNs":null},' +
        '{"ownerPid":924160,"handle":"0x124","start":"inherited","openNs":100,"sourcePid":1026876,"sourceHandle":"0x124","end":"closedByOther","closeNs":200,"closePid":1026876},' +
        '{"ownerPid":null,"handle":"0x128","start":"duplicated","openNs":110,"sourceHandle":"0x12","end":"lost","closeNs":210}],' +
        '"refChanges":0}',
    );
  });

  it('names each child once, and a closer only where a close event did it', () => {
    const odd = traceFixture({
      processes: [
        { name: 'parent.exe', pid: 1 },
        { name: 'child.exe', pid: 2 },
      ],
      objects: [
        {
          handles: [
            { owner: 'parent.exe', value: 4, open: 1, close: 9 },
            {
              owner: 'child.exe',
              value: 4,
              start: 'inherited',
              open: 2,
              close: 9,
              source: { process: 'parent.exe', value: 4 },
            },
            {
              owner: 'child.exe',
              value: 8,
              start: 'inherited',
              open: 3,
              close: 9,
              source: { process: 'parent.exe', value: 8 },
            },
          ],
        },
      ],
    });
    odd.handles.closeEvent[0] = odd.handles.openEvent[1];
    const record = objectJson(odd, 0);
    expect(record.inheritedBy).toEqual([2]);
    expect(record.handles.map((handle) => handle.closePid)).toEqual([undefined, 2, 2]);
  });

  it('names creator and destroyer', () => {
    expect(objectJson(trace, 1)).toMatchObject({
      birthNs: 300,
      deathNs: 400,
      lifetimeNs: 100,
      leakAtExit: true,
      multiProcess: true,
      maxRefCount: 2,
      createPid: 924160,
      createTid: 7,
      createStack: ['ntoskrnl.exe+0x1', 'EventLeak.exe+0x2'],
      destroyPid: 924160,
      destroyTid: 8,
      destroyStack: ['ntoskrnl.exe+0x3'],
      refChanges: 2,
    });
  });

  it('writes a mapping', () => {
    const record = objectJson(trace, 2);
    expect(record).toMatchObject({
      id: 3,
      kind: 'mapping',
      pointer: '0x1B544000000',
      name: 'C:\\a.db',
      leak: true,
      handles: [],
      deathNs: null,
    });
    expect(record.map).toEqual({ base: '0x1B544000000', size: '16777216', offset: '4096', file: 'C:\\a.db' });
    expect(objectJson(trace, 1)).not.toHaveProperty('map');
  });

  it('lists events, without the rundown', () => {
    expect(objectJson(trace, 0)).not.toHaveProperty('events');
    expect(JSON.stringify(objectJson(trace, 1, { events: true }).events)).toBe(
      '[{"ns":300,"kind":"HandleCreate","pid":924160,"tid":7,"handle":"0x80003A78","stack":["ntoskrnl.exe+0x1","EventLeak.exe+0x2"]},' +
        '{"ns":310,"kind":"RefChange","pid":1026876,"tid":null,"delta":2,"stack":null},' +
        '{"ns":320,"kind":"RefChange","pid":null,"tid":null,"delta":-1,"stack":null},' +
        '{"ns":400,"kind":"HandleClose","pid":924160,"tid":8,"handle":"0x80003A78","stack":["ntoskrnl.exe+0x3"]}]',
    );
    expect(objectJson(trace, 0, { events: true }).events?.map((event) => [event.kind, event.ns])).toEqual([
      ['HandleDuplicate', 100],
      ['HandleDuplicate', 110],
      ['HandleClose', 200],
    ]);
    expect(objectJson(trace, 2, { events: true }).events).toMatchObject([{ kind: 'Map', ns: 500 }]);
  });

  it('goes line by line over a selection, with the events that it keeps', () => {
    const lines = [...jsonLines(selectObjects(trace, { stack: 'EventLeak' }), { events: true })];
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
    const records = lines.map((line) => JSON.parse(line) as { id: number; events: { ns: number }[] });
    expect(records.map((record) => [record.id, record.events.map((event) => event.ns)])).toEqual([
      [2, [300]],
      [3, [500]],
    ]);
  });
});
