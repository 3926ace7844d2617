/**
 * Where ETWAnalyzer's `-dump ObjectRef` is wrong, and what Leaklanes says instead: each test forges the smallest trace that shows
 * the mistake and fails under the rule that its comment names (object-lifetimes.md has ours).
 */
import { describe, expect, it } from 'vitest';
import type { JsonHandle, JsonObject } from '../query/json.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import { objectsOf } from './testing.ts';

const P = 0xffffc283aee8cd60n;
const Q = 0xffffc283aee8ce00n;
const EVENT = 16;
const A = { pid: 100, tid: 101 };
const B = { pid: 200, tid: 201 };

/** Processes A and B, older than the trace. */
function trace(): TraceBuilder {
  const t = new TraceBuilder({ headerStyle: 'system' });
  t.typeName(EVENT, 'Event', { ns: us(1) });
  t.processDCStart({ ns: us(1), pid: 100, parentPid: 1, name: 'a.exe' });
  t.processDCStart({ ns: us(1), pid: 200, parentPid: 1, name: 'b.exe' });
  return t;
}

const handle = (at: number, who: { pid: number; tid: number }, value: number, object = P) => ({
  ns: us(at),
  ...who,
  object,
  handle: value,
  type: EVENT,
});

async function only(t: TraceBuilder): Promise<JsonObject> {
  const objects = await objectsOf(t);
  expect(objects).toHaveLength(1);
  return objects[0];
}

const brief = (handles: JsonHandle[]): string[] => handles.map((h) => `${h.ownerPid} ${h.handle} ${h.start} ${h.end}`);

describe('where ETWAnalyzer is wrong', () => {
  // Its rule: a duplicate belongs to the process that its event names. CreateProcess logs what a child inherits as duplicates from the
  // parent to the parent, so the parent seems to open a handle that it never closes (the child's close is of another process).
  it('inherited handles are not charged to the parent', async () => {
    const t = trace();
    t.handleInherit(handle(20, A, 0x124));
    t.processStart({ ns: us(25), pid: 300, parentPid: 100, name: 'child.exe', byPid: 100, byTid: 101 });
    t.handleClose(handle(40, { pid: 300, tid: 301 }, 0x124));
    t.handleDCEnd({ ns: us(90), object: P, pid: 100, handle: 0x124, type: EVENT });
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['100 0x124 existing open', '300 0x124 inherited closed']);
    expect(object).toMatchObject({ leak: false, leakAtExit: false, inheritedBy: [300] });
  });

  // Its rule: what was closed did not leak. Windows closes everything of a program that ends, so a short-lived program never leaks; its
  // document advises -DestroyStack *NtTerminateProcess*, which needs stacks, symbols and somebody who knows. This trace has neither.
  it('leaks of short-lived programs are found without knowing the right stack', async () => {
    const t = trace();
    const who = { pid: 300, tid: 301 };
    t.processStart({ ns: us(5), pid: 300, parentPid: 100, name: 'short.exe' });
    t.handleCreate(handle(10, who, 0x40)).handleCreate(handle(11, who, 0x44, Q));
    t.handleClose(handle(15, who, 0x44, Q));
    t.processEnd({ ns: us(20), pid: 300, parentPid: 100, name: 'short.exe', byPid: 300, byTid: 301 });
    t.handleClose(handle(21, who, 0x40));
    const [leaked, closed] = await objectsOf(t);
    expect(leaked).toMatchObject({ leak: false, leakAtExit: true });
    expect(brief(leaked.handles)).toEqual(['300 0x40 created processExit']);
    expect(closed).toMatchObject({ leak: false, leakAtExit: false });
  });

  // Its rule: a close that finds no create is dropped. The object then has one handle instead of two, and the time until the close is lost.
  it('closes of handles that were open before the trace are not thrown away', async () => {
    const t = trace();
    t.handleCreate(handle(10, A, 0x40))
      .handleClose(handle(20, A, 0x40))
      .handleClose(handle(50, B, 0x80));
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['200 0x80 existing closed', '100 0x40 created closed']);
    expect(object).toMatchObject({ bornBeforeTrace: true, deathNs: 50_000 });
    expect(object.events?.filter((event) => event.kind === 'HandleClose')).toHaveLength(2);
  });

  // Its rule: an object ends when as many handles were closed as were seen to open. The handle that was open before the trace kept it alive
  // between the two creates, so this is one object, not two that share a pointer.
  it('an object is not split where a handle was open throughout', async () => {
    const t = trace();
    t.handleCreate(handle(10, A, 0x40)).handleClose(handle(20, A, 0x40));
    t.handleCreate(handle(30, A, 0x44)).handleClose(handle(40, A, 0x44));
    t.handleDCEnd({ ns: us(90), object: P, pid: 200, handle: 0x80, type: EVENT });
    const object = await only(t);
    expect(object.handles).toHaveLength(3);
    expect(object).toMatchObject({ bornBeforeTrace: true, deathNs: null, leak: false });
  });

  const view = (at: number, pid: number, base: bigint, offset = 0) => ({
    ns: us(at),
    pid,
    tid: pid + 1,
    base,
    fileKey: 0xffff82082c3ffb70n,
    size: 0x10000,
    offset,
  });

  // Its rule: a mapping is `base | pid << 42`. User addresses have 47 bits, so two processes can meet: one unmap would end the other's view.
  it('mappings of different processes do not collide', async () => {
    const theirs = (pid: number, base: bigint): bigint => base | (BigInt(pid) << 42n);
    const [one, two] = [
      { pid: 108, base: 0x1000n },
      { pid: 104, base: 0x100000001000n },
    ];
    expect(theirs(one.pid, one.base)).toBe(theirs(two.pid, two.base));

    const t = trace();
    t.processDCStart({ ns: us(1), pid: one.pid, parentPid: 1, name: 'one.exe' });
    t.processDCStart({ ns: us(1), pid: two.pid, parentPid: 1, name: 'two.exe' });
    t.mapFile(view(10, one.pid, one.base))
      .mapFile(view(11, two.pid, two.base))
      .unmapFile(view(20, two.pid, two.base));
    expect((await objectsOf(t)).map((o) => [o.createPid, o.map?.base, o.deathNs, o.leak])).toEqual([
      [108, '0x1000', null, true],
      [104, '0x100000001000', 20_000, false],
    ]);
  });

  // Its rule: the byte offset of a mapping is 0, whatever the event says.
  it('mappings have their byte offset', async () => {
    const t = trace().mapFile(view(10, 100, 0x7ff600000000n, 0x12340000));
    expect((await only(t)).map).toMatchObject({ offset: String(0x12340000) });
  });

  // Its rule: the last close is the one at which creates - (closes + duplicates) is 0. A duplicate opens a handle, it does not close one: here
  // the sum is 0 at the duplicate, and at the real end it is -2.
  it('the last close is found when there are duplicates', async () => {
    const theirs = { creates: 1, closes: 2, duplicates: 1 };
    expect(theirs.creates - (theirs.closes + theirs.duplicates)).not.toBe(0);

    const t = trace().handleCreate(handle(10, A, 0x40));
    t.handleDuplicate({
      ns: us(12),
      ...A,
      object: P,
      sourceHandle: 0x40,
      targetHandle: 0x90,
      targetPid: 200,
      sourcePid: 100,
      type: EVENT,
    });
    t.handleClose(handle(20, A, 0x40)).handleClose(handle(30, B, 0x90));
    const object = await only(t);
    expect(object).toMatchObject({ deathNs: 30_000, lifetimeNs: 20_000, destroyPid: 200, leak: false });
  });

  // Its rule: for a close that comes after the DeleteObject of its object it looks at the last 50 objects of the trace. With more in between the
  // close is dropped, and the handle is a leak.
  it('a close that is logged after the DeleteObject is found however many objects came between', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: EVENT }).handleCreate(handle(10, A, 0x40));
    t.objectDelete({ ns: us(20), ...A, object: P, type: EVENT });
    for (let i = 0; i < 200; i++) {
      const object = Q + BigInt(i * 64);
      t.objectCreate({ ns: us(21 + i), ...A, object, type: EVENT });
      t.objectDelete({ ns: us(22 + i), ...A, object, type: EVENT });
    }
    t.handleClose(handle(500, A, 0x40));
    const [first] = await objectsOf(t);
    expect(brief(first.handles)).toEqual(['100 0x40 created closed']);
    expect(first.leak).toBe(false);
  });

  // Its rule: HandleDCStart events are not read. What was open at the start then has neither owner nor name, or is not there at all.
  it('the rundown at the start counts', async () => {
    const t = trace();
    t.handleDCStart({ ns: us(2), object: P, pid: 200, handle: 0x80, type: EVENT, name: '\\BaseNamedObjects\\Old' });
    t.handleDCStart({ ns: us(2), object: Q, pid: 100, handle: 0x84, type: EVENT, name: '\\BaseNamedObjects\\Kept' });
    t.handleClose(handle(30, B, 0x80));
    const [old, kept] = await objectsOf(t);
    expect(old).toMatchObject({
      name: '\\BaseNamedObjects\\Old',
      type: 'Event',
      bornBeforeTrace: true,
      deathNs: 30_000,
    });
    expect(brief(old.handles)).toEqual(['200 0x80 existing closed']);
    expect(kept).toMatchObject({ name: '\\BaseNamedObjects\\Kept', bornBeforeTrace: true, deathNs: null, leak: false });
    expect(brief(kept.handles)).toEqual(['100 0x84 existing open']);
  });

  // Its rule: a create without a close is a leak. Where the close was lost, it is proved by the value that is given out again …
  it('a handle whose value is given out again is lost, not a leak', async () => {
    const t = trace();
    t.handleCreate(handle(10, A, 0x40)).handleCreate(handle(30, A, 0x40, Q));
    const [lost, open] = await objectsOf(t);
    expect(lost).toMatchObject({ leak: false, handles: [{ end: 'lost', closeNs: 30_000 }] });
    expect(open.leak).toBe(true);
  });

  // … or by the rundown at the end, which no longer lists it.
  it('a handle that the rundown at the end does not list is lost, not a leak', async () => {
    const t = trace();
    t.handleCreate(handle(10, A, 0x40)).handleCreate(handle(11, A, 0x44, Q));
    t.handleDCEnd({ ns: us(90), object: Q, pid: 100, handle: 0x44, type: EVENT });
    const [lost, open] = await objectsOf(t);
    expect(lost).toMatchObject({ leak: false, handles: [{ end: 'lost', closeNs: 90_000 }] });
    expect(open.leak).toBe(true);
  });
});
