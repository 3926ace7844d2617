import { describe, expect, it } from 'vitest';
import type { HandleRow, ObjectDetails, ObjectRow, StackText } from '../../shared/records.ts';
import { createTimeFormat } from '../timeFormat.ts';
import { detailsAsText, frameParts, isLeakingHandle, leakStatus, mainFrame, stackLines } from './detailsText.ts';

const time = createTimeFormat('seconds', 6, null);

const row: ObjectRow = {
  id: 7,
  kind: 'object',
  pointer: '0xFFFFC283AEE8CD60',
  type: 'Event',
  name: '\\BaseNamedObjects\\SignalEvent_12',
  process: 'EventLeak.exe(924160)',
  birthNs: 1_000_000_000,
  deathNs: null,
  lifetimeNs: null,
  bornBeforeTrace: false,
  leak: true,
  leakAtExit: false,
  handles: 1,
  openHandles: 1,
  inherited: false,
  refChanges: 1,
  createFrame: 'EventLeak.exe!main',
};
const open: HandleRow = {
  owner: 'EventLeak.exe(924160)',
  handle: '0x120',
  start: 'created',
  end: 'open',
  openNs: 1_000_000_000,
  closeNs: null,
  source: null,
  closedBy: null,
};
const stack: StackText = {
  frames: ['ntdll.dll!NtCreateEvent+0x14', 'EventLeak.exe!EventManager::CreateEventW+0x2c', 'EventLeak.exe!main+0x9'],
  places: [null, 'EventLeak.cpp:42', null],
  inlined: [[], ['Wrap::Create'], []],
  system: [true, false, false],
};
const details: ObjectDetails = {
  row,
  otherNames: [],
  maxRefCount: 1,
  multiProcess: false,
  overlapped: false,
  inheritedBy: [],
  map: null,
  handles: [open],
  events: [
    {
      ns: 1_000_000_000,
      kind: 'HandleCreate',
      process: 'EventLeak.exe(924160)',
      tid: 12,
      handle: '0x120',
      delta: null,
      refCount: null,
      openHandles: 1,
      stack: 3,
      note: null,
    },
    {
      ns: 2_000_000_000,
      kind: 'RefChange',
      process: null,
      tid: null,
      handle: null,
      delta: 1,
      refCount: 3,
      openHandles: null,
      stack: null,
      note: null,
    },
  ],
  eventCount: 2,
  stacks: { 3: stack },
  createStack: 3,
  destroyStack: null,
  sameStack: 0,
  sameName: 0,
  links: {},
  ledger: [{ stack: 3, taken: 4, given: 3, net: 1, events: 7 }],
};

describe('detailsAsText', () => {
  it('has identity, handles, stacks with places, ledger and events with their counts', () => {
    const lines = detailsAsText(details, time).split('\n');
    for (const line of [
      'Event #7  \\BaseNamedObjects\\SignalEvent_12',
      'Pointer:  0xFFFFC283AEE8CD60',
      'Born:     1.000000 s',
      'Died:     not closed',
      'Status:   leak: never closed',
      '  EventLeak.exe(924160) 0x120  created 1.000000 s  not closed',
      '  Wrap::Create  (inlined)',
      '  EventLeak.exe!EventManager::CreateEventW+0x2c  (EventLeak.cpp:42)',
      '  +1: 4 - 3  EventLeak.exe!EventManager::CreateEventW+0x2c',
      '  1.000000 s  HandleCreate  EventLeak.exe(924160)/12  0x120  1 open',
      '  2.000000 s  RefChange  unknown process/?  +1 = 3',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it('says how many events are left out', () => {
    expect(detailsAsText({ ...details, events: [], eventCount: 1234 }, time)).toContain('… 1,234 more');
  });

  it('writes times as they are shown', () => {
    const start = { startTimeFiletime: '133598187940000000', timeZoneBiasMinutes: -120 };
    expect(detailsAsText(details, createTimeFormat('utc', 3, start))).toMatch(/Born: {5}\d\d:\d\d:\d\d\.\d{3}\n/);
  });
});

describe('stacks', () => {
  it('put inlined functions above the frame that they are in', () => {
    expect(stackLines(stack)[1]).toBe('Wrap::Create  (inlined)');
    expect(stackLines(stack)).toHaveLength(4);
  });

  it('are told by their first frame that is not of the system', () => {
    expect(mainFrame(stack)).toBe('EventLeak.exe!EventManager::CreateEventW+0x2c');
    expect(mainFrame({ ...stack, system: [true, true, true] })).toBe('ntdll.dll!NtCreateEvent+0x14');
    expect(mainFrame(undefined)).toBe('no stack');
    expect(mainFrame({ frames: [], places: [], inlined: [], system: [] })).toBe('no stack');
  });
});

describe('frameParts', () => {
  it('cuts every form of a frame', () => {
    expect(frameParts('ntdll.dll!NtClose+0x14')).toEqual({ module: 'ntdll.dll', name: 'NtClose', offset: '+0x14' });
    expect(frameParts('EventLeak.exe+0x1a2c4')).toEqual({ module: 'EventLeak.exe', name: '', offset: '+0x1a2c4' });
    expect(frameParts('0x7FFB12345678')).toEqual({ module: '', name: '0x7FFB12345678', offset: '' });
    expect(frameParts("a.exe!std::_Invoke<`main'::`4'::<lambda_1>,0>+0x1").name).toBe(
      "std::_Invoke<`main'::`4'::<lambda_1>,0>",
    );
    expect(frameParts('a.exe!operator+').name).toBe('operator+');
  });
});

describe('leak marks', () => {
  it('calls only handles leaks that were made in the trace', () => {
    expect(isLeakingHandle(open)).toBe(true);
    expect(isLeakingHandle({ ...open, start: 'existing' })).toBe(false);
    expect(isLeakingHandle({ ...open, end: 'lost' })).toBe(false);
  });

  it('tells both kinds apart', () => {
    const atExit = { ...row, leak: false, leakAtExit: true };
    expect(leakStatus({ row: atExit, handles: [] })).toContain('at exit');
    expect(leakStatus({ row: { ...atExit, leakAtExit: false }, handles: [] })).toBe('no leak');
  });

  it('names the handles that the end of their process closed, not the object, which may live on', () => {
    const atExit = { ...row, leak: false, leakAtExit: true };
    const handle: HandleRow = { ...open, handle: '0x124', end: 'processExit' };
    const status = (...handles: HandleRow[]) => leakStatus({ row: atExit, handles: [open, ...handles] });
    expect(status(handle)).toBe(
      'leak at exit: handle 0x124 of EventLeak.exe(924160) was closed only by the end of its process',
    );
    expect(status(handle, { ...handle, handle: '0x128' })).toBe(
      'leak at exit: 2 handles (0x124, 0x128) of EventLeak.exe(924160) were closed only by the end of its process',
    );
    expect(status(handle, handle, handle, handle)).toContain('4 handles of EventLeak.exe(924160) were');
    expect(status(handle, { ...handle, owner: 'cmd.exe(7)' })).toBe(
      'leak at exit: 2 handles (0x124 of EventLeak.exe(924160), 0x124 of cmd.exe(7)) were closed only by the end of their processes',
    );
    expect(leakStatus({ row: { ...atExit, leak: true }, handles: [handle] })).toMatch(
      /^leak: never closed; and leak at exit: handle 0x124/,
    );
  });
});
