import { describe, expect, it } from 'vitest';
import { fakeDetails } from '../testing/fakeQueries.ts';
import { fakeTrace } from '../testing/fakeTrace.ts';
import { detailsAsText, frameParts, isLeakingHandle, leakStatus } from './detailsText.ts';

const trace = fakeTrace();
const leak = trace.objects.find((object) => object.row.leak && object.row.name?.includes('SignalEvent'))!;
const details = fakeDetails(trace, leak.row.id, 100)!;

describe('detailsAsText', () => {
  it('has identity, handles, stack and events', () => {
    const text = detailsAsText(details);
    for (const part of [
      leak.row.name!,
      leak.row.pointer,
      'Status:   leak: never closed',
      'not closed',
      'EventManager::CreateEventW',
      'HandleCreate',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('says how many events are left out', () => {
    expect(detailsAsText({ ...details, events: [], eventCount: 1234 })).toContain('… 1,234 more');
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
    const [handle] = details.handles;
    expect(isLeakingHandle(handle)).toBe(true);
    expect(isLeakingHandle({ ...handle, start: 'existing' })).toBe(false);
    expect(isLeakingHandle({ ...handle, end: 'lost' })).toBe(false);
  });

  it('tells both kinds apart', () => {
    const row = { ...details.row, leak: false, leakAtExit: true };
    expect(leakStatus({ row, handles: [] })).toContain('at exit');
    expect(leakStatus({ row: { ...row, leakAtExit: false }, handles: [] })).toBe('no leak');
  });

  it('names the handles that the end of their process closed, not the object, which may live on', () => {
    const row = { ...details.row, leak: false, leakAtExit: true };
    const [open] = details.handles;
    const handle = { ...open, handle: '0x124', owner: 'EventLeak.exe(924160)', end: 'processExit' as const };
    const status = (...handles: (typeof handle | typeof open)[]) => leakStatus({ row, handles: [open, ...handles] });
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
    expect(leakStatus({ row: { ...row, leak: true }, handles: [handle] })).toMatch(
      /^leak: never closed; and leak at exit: handle 0x124/,
    );
  });
});
