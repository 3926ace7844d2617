import { describe, expect, it } from 'vitest';
import type { TraceOptions } from '../testing/traceEvents.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import type { JsonHandle, JsonObject } from '../query/json.ts';
import { objectsOf, traceOf } from './testing.ts';

const P = 0xffffc283aee8cd60n;
const Q = 0xffffc283aee8ce00n;
const EVENT = 16;
const FILE = 37;

/** A trace with processes A (100, threads 101, 102), B (200, thread 201) and System, all older than the trace. */
function trace(options: TraceOptions = {}): TraceBuilder {
  const t = new TraceBuilder({ headerStyle: 'system', ...options });
  t.typeName(EVENT, 'Event', { ns: us(1) });
  t.typeName(FILE, 'File', { ns: us(1) });
  t.processDCStart({ ns: us(1), pid: 4, parentPid: 0, name: 'System' });
  t.processDCStart({ ns: us(1), pid: 100, parentPid: 1, name: 'a.exe', commandLine: 'a.exe /x' });
  t.processDCStart({ ns: us(1), pid: 200, parentPid: 1, name: 'b.exe' });
  return t;
}

const A = { pid: 100, tid: 101 };
const B = { pid: 200, tid: 201 };
const create = (at: number, who: { pid?: number; tid?: number }, handle: number, object = P, type = EVENT) => ({
  ns: us(at),
  ...who,
  object,
  handle,
  type,
});

async function only(t: TraceBuilder): Promise<JsonObject> {
  const objects = await objectsOf(t);
  expect(objects).toHaveLength(1);
  return objects[0];
}

/** Handles in short: "owner value start end open-close" in µs. */
function brief(handles: JsonHandle[]): string[] {
  const time = (ns: number | null): string => (ns === null ? '' : String(ns / 1000));
  return handles.map((h) => `${h.ownerPid} ${h.handle} ${h.start} ${h.end} ${time(h.openNs)}-${time(h.closeNs)}`);
}

describe('one handle', () => {
  it('lives from its create to its close', async () => {
    const object = await only(
      trace()
        .handleCreate(create(10, A, 0x40))
        .handleClose(create(30, A, 0x40)),
    );
    expect(object).toMatchObject({
      id: 1,
      kind: 'object',
      pointer: '0xFFFFC283AEE8CD60',
      type: 'Event',
      birthNs: 10_000,
      deathNs: 30_000,
      lifetimeNs: 20_000,
      bornBeforeTrace: false,
      leak: false,
      leakAtExit: false,
      createPid: 100,
      createTid: 101,
      destroyPid: 100,
    });
    expect(brief(object.handles)).toEqual(['100 0x40 created closed 10-30']);
  });

  it('that stays open is a leak', async () => {
    const object = await only(trace().handleCreate(create(10, A, 0x40)));
    expect(object).toMatchObject({ deathNs: null, lifetimeNs: null, leak: true, leakAtExit: false });
    expect(object.handles[0]).toMatchObject({ end: 'open', closeNs: null });
  });

  it('of unknown type is named by its number', async () => {
    expect((await only(trace().handleCreate(create(10, A, 0x40, P, 77)))).type).toBe('Type 77');
  });
});

describe('identity without object events', () => {
  it('rule 2: a pointer serves one object after another', async () => {
    const t = trace();
    t.handleCreate(create(10, A, 0x40)).handleClose(create(20, A, 0x40));
    t.handleCreate(create(30, A, 0x40)).handleClose(create(50, A, 0x40));
    const objects = await objectsOf(t);
    expect(objects.map((o) => [o.id, o.birthNs, o.deathNs])).toEqual([
      [1, 10_000, 20_000],
      [2, 30_000, 50_000],
    ]);
  });

  it('rule 2: overlapping handles are one object', async () => {
    const t = trace();
    t.handleCreate(create(10, A, 0x40)).handleCreate(create(15, B, 0x80));
    t.handleClose(create(20, A, 0x40)).handleClose(create(60, B, 0x80));
    const object = await only(t);
    expect(object).toMatchObject({
      birthNs: 10_000,
      deathNs: 60_000,
      overlapped: true,
      multiProcess: true,
      destroyPid: 200,
    });
  });

  it('rule 3: a close without an open joins all that was before on the pointer', async () => {
    const t = trace();
    t.handleCreate(create(10, A, 0x40)).handleClose(create(20, A, 0x40));
    t.handleCreate(create(30, A, 0x44)).handleClose(create(40, A, 0x44));
    t.handleClose(create(50, B, 0x80));
    t.handleCreate(create(60, A, 0x48)).handleClose(create(70, A, 0x48));
    const [first, second] = await objectsOf(t);
    expect(first).toMatchObject({
      birthNs: null,
      deathNs: 50_000,
      lifetimeNs: null,
      bornBeforeTrace: true,
      createPid: null,
    });
    expect(brief(first.handles)).toEqual([
      '200 0x80 existing closed -50',
      '100 0x40 created closed 10-20',
      '100 0x44 created closed 30-40',
    ]);
    expect(second).toMatchObject({ birthNs: 60_000, deathNs: 70_000, bornBeforeTrace: false });
  });

  it('rule 3: a duplicate source without an open was there before', async () => {
    const t = trace();
    t.handleCreate(create(5, A, 0x40)).handleClose(create(6, A, 0x40));
    t.handleDuplicate({
      ns: us(10),
      ...A,
      object: P,
      sourceHandle: 0x90,
      targetHandle: 0x20,
      targetPid: 200,
      sourcePid: 100,
      type: EVENT,
    });
    t.handleClose(create(20, B, 0x20)).handleClose(create(30, A, 0x90));
    const object = await only(t);
    expect(object).toMatchObject({ bornBeforeTrace: true, deathNs: 30_000, multiProcess: true });
    expect(brief(object.handles)).toEqual([
      '100 0x90 existing closed -30',
      '100 0x40 created closed 5-6',
      '200 0x20 duplicated closed 10-20',
    ]);
    expect(object.handles[2]).toMatchObject({ sourcePid: 100, sourceHandle: '0x90' });
  });

  it('rule 3: an entry of the end rundown reaches from start to end', async () => {
    const t = trace();
    t.handleCreate(create(10, A, 0x40)).handleClose(create(20, A, 0x40));
    t.handleDCEnd({ ns: us(90), object: P, pid: 200, handle: 0x80, type: EVENT, name: '\\X' });
    const object = await only(t);
    expect(object).toMatchObject({ bornBeforeTrace: true, deathNs: null, leak: false, name: '\\X' });
    expect(brief(object.handles)).toEqual(['200 0x80 existing open -', '100 0x40 created closed 10-20']);
  });

  it('rule 3: an entry of the start rundown says the same directly', async () => {
    const t = trace();
    t.handleDCStart({ ns: us(3), object: P, pid: 200, handle: 0x80, type: EVENT, name: '\\Y' });
    t.handleCreate(create(10, A, 0x40))
      .handleClose(create(20, A, 0x40))
      .handleClose(create(25, B, 0x80));
    const object = await only(t);
    expect(object).toMatchObject({ id: 1, bornBeforeTrace: true, deathNs: 25_000, name: '\\Y' });
  });

  it('a value that was in use since proves nothing about the time before', async () => {
    const t = trace();
    // The second close is of a handle whose open was lost: A used 0x40 for P just before.
    t.handleCreate(create(10, A, 0x40))
      .handleClose(create(20, A, 0x40))
      .handleClose(create(30, A, 0x40));
    const objects = await objectsOf(t);
    expect(objects.map((o) => [o.bornBeforeTrace, o.birthNs, o.deathNs])).toEqual([
      [false, 10_000, 20_000],
      [false, null, 30_000],
    ]);
  });
});

describe('identity with object events', () => {
  it('rule 1: they are birth and death, whatever the handles do', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: EVENT });
    t.handleCreate(create(10, A, 0x40)).handleClose(create(20, A, 0x40));
    t.handleCreate(create(30, A, 0x44)).handleClose(create(40, A, 0x44));
    t.objectDelete({ ns: us(41), ...B, object: P, type: EVENT });
    t.objectCreate({ ns: us(50), ...A, object: P, type: FILE });
    const [first, second] = await objectsOf(t);
    expect(first).toMatchObject({ birthNs: 9_000, deathNs: 41_000, createPid: 100, destroyPid: 200, type: 'Event' });
    expect(first.handles).toHaveLength(2);
    expect(second).toMatchObject({ birthNs: 50_000, deathNs: null, type: 'File', leak: false });
  });

  it('rule 1: without a CreateObject it was born before the trace', async () => {
    const t = trace();
    t.handleCreate(create(10, A, 0x40)).handleClose(create(20, A, 0x40));
    t.objectDelete({ ns: us(41), ...B, object: P, type: EVENT });
    t.objectCreate({ ns: us(50), ...A, object: Q, type: EVENT });
    const [first] = await objectsOf(t);
    expect(first).toMatchObject({ bornBeforeTrace: true, birthNs: null, deathNs: 41_000, createPid: null });
  });

  it('a close that is logged after the DeleteObject still ends its handle, however late', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: EVENT }).handleCreate(create(10, A, 0x40));
    t.objectDelete({ ns: us(20), ...A, object: P, type: EVENT });
    for (let i = 0; i < 60; i++) t.objectCreate({ ns: us(21 + i), ...A, object: Q + BigInt(i * 64), type: EVENT });
    t.objectCreate({ ns: us(90), ...A, object: P, type: EVENT });
    t.handleClose(create(95, A, 0x40));
    const [first] = await objectsOf(t);
    expect(brief(first.handles)).toEqual(['100 0x40 created closed 10-95']);
    expect(first.leak).toBe(false);
  });

  it('a handle that is open on a deleted object is lost, not a leak', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: EVENT }).handleCreate(create(10, A, 0x40));
    t.objectDelete({ ns: us(20), ...A, object: P, type: EVENT });
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['100 0x40 created lost 10-20']);
    expect(object.leak).toBe(false);
  });

  it('a lost DeleteObject ends the object where its pointer is given out again', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: EVENT });
    t.objectCreate({ ns: us(50), ...A, object: P, type: EVENT });
    expect((await objectsOf(t)).map((o) => [o.birthNs, o.deathNs, o.destroyPid])).toEqual([
      [9_000, 50_000, null],
      [50_000, null, null],
    ]);
  });

  it('rule 5: references belong to the life in which they happen', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: FILE });
    for (const [at, delta] of [
      [10, 1],
      [11, 1],
      [12, -1],
      [13, 1],
      [14, -1],
      [15, 1],
      [16, 1],
      [17, -1],
    ]) {
      const event = { ns: us(at), ...A, object: P };
      if (delta > 0) t.reference(event);
      else t.dereference(event);
    }
    t.objectDelete({ ns: us(20), ...A, object: P, type: FILE });
    t.objectCreate({ ns: us(30), ...A, object: P, type: FILE });
    t.reference({ ns: us(31), ...B, object: P, count: 3 });
    const [first, second] = await objectsOf(t);
    expect(first).toMatchObject({ refChanges: 8, maxRefCount: 3, multiProcess: false });
    expect(second).toMatchObject({ refChanges: 1, maxRefCount: 3 });
    expect(first.events?.filter((e) => e.kind === 'RefChange').map((e) => e.delta)).toEqual([
      1, 1, -1, 1, -1, 1, 1, -1,
    ]);
  });

  it('rule 5: on a pointer never seen otherwise references are an object of their own', async () => {
    const t = trace();
    t.objectCreate({ ns: us(9), ...A, object: P, type: FILE });
    t.reference({ ns: us(10), ...A, object: Q }).dereference({ ns: us(11), ...B, object: Q });
    const [, second] = await objectsOf(t);
    expect(second).toMatchObject({
      pointer: '0xFFFFC283AEE8CE00',
      bornBeforeTrace: true,
      deathNs: null,
      refChanges: 2,
      multiProcess: true,
      leak: false,
    });
  });
});

describe('owners', () => {
  it('a kernel handle belongs to System, whoever asked, and whoever closes it', async () => {
    const object = await only(
      trace()
        .handleCreate(create(10, A, 0x80000100))
        .handleClose(create(20, B, 0x80000100)),
    );
    expect(brief(object.handles)).toEqual(['4 0x80000100 created closed 10-20']);
    expect(object.createPid).toBe(100);
  });

  it('a duplicate belongs to its target', async () => {
    const t = trace().handleCreate(create(10, A, 0x40));
    t.handleDuplicate({
      ns: us(12),
      ...A,
      object: P,
      sourceHandle: 0x40,
      targetHandle: 0x80001ddc,
      targetPid: 4,
      sourcePid: 100,
      type: EVENT,
    });
    t.handleClose(create(20, A, 0x40));
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['100 0x40 created closed 10-20', '4 0x80001DDC duplicated open 12-']);
    expect(object).toMatchObject({ leak: true, multiProcess: true });
  });

  it("an older duplicate without source process means the event's own", async () => {
    const t = trace().handleCreate(create(10, A, 0x40));
    t.handleDuplicate({
      ns: us(12),
      ...A,
      object: P,
      sourceHandle: 0x40,
      targetHandle: 0x90,
      targetPid: 200,
      sourcePid: null,
      type: EVENT,
    });
    const object = await only(t);
    expect(object.handles[1]).toMatchObject({
      ownerPid: 200,
      sourcePid: 100,
      sourceHandle: '0x40',
      start: 'duplicated',
    });
    expect(object.handles).toHaveLength(2);
  });

  it('a pseudo handle is no handle that was open before', async () => {
    const t = trace();
    t.handleDuplicate({
      ns: us(12),
      ...A,
      object: P,
      sourceHandle: 0xfffffffe,
      targetHandle: 0x90,
      targetPid: 100,
      sourcePid: 100,
      type: EVENT,
    });
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['100 0x90 duplicated open 12-']);
    expect(object.bornBeforeTrace).toBe(false);
  });

  it('inherited handles belong to the child, whose own close ends them', async () => {
    const t = trace().handleCreate(create(10, A, 0x124));
    t.handleInherit(create(20, A, 0x124) as Parameters<TraceBuilder['handleInherit']>[0]);
    t.processStart({ ns: us(25), pid: 300, parentPid: 100, name: 'child.exe', byPid: 100, byTid: 101 });
    t.handleClose(create(40, { pid: 300, tid: 301 }, 0x124)).handleClose(create(50, A, 0x124));
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['100 0x124 created closed 10-50', '300 0x124 inherited closed 20-40']);
    expect(object.handles[1]).toMatchObject({ sourcePid: 100, sourceHandle: '0x124' });
    expect(object).toMatchObject({ inheritedBy: [300], leak: false, multiProcess: false, overlapped: true });
  });

  it('two children at once are told apart by the thread that starts them', async () => {
    const t = trace().handleCreate(create(1, A, 0x124));
    t.handleInherit({ ...create(20, A, 0x124), pid: 100 });
    t.handleInherit({ ...create(21, { pid: 100, tid: 102 }, 0x124), pid: 100 });
    t.processStart({ ns: us(25), pid: 400, parentPid: 100, name: 'second.exe', byPid: 100, byTid: 102 });
    t.processStart({ ns: us(26), pid: 300, parentPid: 100, name: 'first.exe', byPid: 100, byTid: 101 });
    const object = await only(t);
    expect(brief(object.handles).slice(1)).toEqual(['300 0x124 inherited open 20-', '400 0x124 inherited open 21-']);
  });

  it('a start that names no thread is the child of whoever was first', async () => {
    const t = trace().handleCreate(create(1, A, 0x124));
    t.handleInherit({ ...create(20, A, 0x124), pid: 100 });
    t.processStart({ ns: us(22), pid: 500, parentPid: 200, name: 'other.exe', header: 'perfInfo' });
    t.processStart({ ns: us(25), pid: 300, parentPid: 100, name: 'child.exe', header: 'perfInfo' });
    expect((await only(t)).inheritedBy).toEqual([300]);
  });

  it('without such a child the owner is unknown, and the trust record says so', async () => {
    const t = trace().handleCreate(create(1, A, 0x124));
    t.handleInherit({ ...create(20, A, 0x124), pid: 100 });
    const result = await traceOf(t.toBytes());
    expect(result.trust.handlesWithUnknownOwner).toBe(1);
    expect(result.info.health.map((entry) => entry.code)).toContain('unknownOwner');
    const [object] = await objectsOf(result);
    expect(object.handles[1]).toMatchObject({ ownerPid: null, start: 'inherited', end: 'open' });
  });

  it('a pid that is used again is another process', async () => {
    const t = trace();
    t.processStart({ ns: us(5), pid: 300, parentPid: 1, name: 'one.exe' });
    t.handleCreate(create(10, { pid: 300, tid: 301 }, 0x40));
    t.processEnd({ ns: us(20), pid: 300, parentPid: 1, name: 'one.exe' });
    t.handleCreate(create(21, { pid: 300, tid: 301 }, 0x44, Q));
    t.processStart({ ns: us(30), pid: 300, parentPid: 1, name: 'two.exe' });
    t.handleCreate(create(40, { pid: 300, tid: 305 }, 0x40, Q + 64n));
    const result = await traceOf(t.toBytes());
    const owners = Array.from(result.handles.owner, (owner) => result.processes.name[owner]);
    expect(owners).toEqual(['one.exe', 'one.exe', 'two.exe']);
    const [first, late, second] = await objectsOf(result);
    expect(brief(first.handles)).toEqual(['300 0x40 created lost 10-20']);
    expect(late.leak).toBe(false);
    expect(second.leak).toBe(true);
  });

  it('a pid that the rundown lists after its end is another process, whose start was lost', async () => {
    const t = trace();
    t.processDCStart({ ns: us(1), pid: 300, parentPid: 1, name: 'old.exe' });
    t.processEnd({ ns: us(10), pid: 300, parentPid: 1, name: 'old.exe' });
    t.handleCreate(create(20, { pid: 300, tid: 301 }, 0x40));
    t.handleDCEnd({ ns: us(90), object: P, pid: 300, handle: 0x40, type: EVENT });
    t.handleDCEnd({ ns: us(91), object: Q, pid: 300, handle: 0x44, type: EVENT });
    const [created, listed] = await objectsOf(t);
    expect(brief(created.handles)).toEqual(['300 0x40 created open 20-']);
    expect(created.leak).toBe(true);
    expect(listed).toMatchObject({ bornBeforeTrace: true, deathNs: null });
  });

  it('a process whose end was lost ends where its pid is given out again, but no end event is claimed', async () => {
    const t = trace();
    t.processStart({ ns: us(5), pid: 300, parentPid: 1, name: 'one.exe' });
    t.handleCreate(create(10, { pid: 300, tid: 301 }, 0x40));
    t.processStart({ ns: us(30), pid: 300, parentPid: 1, name: 'two.exe' });
    const result = await traceOf(t.toBytes());
    expect(brief((await objectsOf(result))[0].handles)).toEqual(['300 0x40 created lost 10-30']);
    expect(result.info.processes.filter((process) => process.pid === 300).map((process) => process.endNs)).toEqual([
      null,
      null,
    ]);
  });
});

describe('how a handle ends', () => {
  it("closed by another process on the owner's behalf", async () => {
    const object = await only(
      trace()
        .handleCreate(create(10, A, 0x40))
        .handleClose(create(20, B, 0x40)),
    );
    expect(object.handles).toMatchObject([{ ownerPid: 100, end: 'closedByOther', closePid: 200, closeNs: 20_000 }]);
  });

  it('moved to another process, whichever of duplicate and close is logged first', async () => {
    const move = {
      ...B,
      object: P,
      sourceHandle: 0x40,
      targetHandle: 0x90,
      targetPid: 200,
      sourcePid: 100,
      type: EVENT,
    };
    for (const [duplicateAt, closeAt] of [
      [20, 21],
      [21, 20],
    ]) {
      const t = trace().handleCreate(create(10, A, 0x40));
      t.handleDuplicate({ ...move, ns: us(duplicateAt) })
        .handleClose(create(closeAt, B, 0x40))
        .handleClose(create(30, B, 0x90));
      expect(brief((await objectsOf(t)).flatMap((object) => object.handles))).toEqual([
        `100 0x40 created closedByOther 10-${closeAt}`,
        `200 0x90 duplicated closed ${duplicateAt}-30`,
      ]);
    }
  });

  it('not closed by another who goes on to use it', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .handleClose(create(20, B, 0x40))
      .handleClose(create(30, A, 0x40));
    expect(brief((await only(t)).handles)).toEqual(['200 0x40 existing closed -20', '100 0x40 created closed 10-30']);
  });

  it('not closed by another where two processes hold that value', async () => {
    const t = trace();
    t.processDCStart({ ns: us(1), pid: 300, parentPid: 1, name: 'c.exe' });
    t.handleCreate(create(10, A, 0x40)).handleCreate(create(11, B, 0x40));
    t.handleClose(create(20, { pid: 300, tid: 301 }, 0x40));
    const object = await only(t);
    expect(brief(object.handles)).toEqual([
      '300 0x40 existing closed -20',
      '100 0x40 created open 10-',
      '200 0x40 created open 11-',
    ]);
  });

  it('swept at exit: the close comes at or after the end of its process', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .handleCreate(create(11, A, 0x44, Q));
    t.handleClose(create(19, A, 0x44, Q));
    t.processEnd({ ns: us(20), pid: 100, parentPid: 1, name: 'a.exe', byPid: 100, byTid: 101 });
    t.handleClose(create(20, A, 0x40));
    const [swept, closed] = await objectsOf(t);
    expect(swept).toMatchObject({ leak: false, leakAtExit: true, deathNs: 20_000 });
    expect(brief(swept.handles)).toEqual(['100 0x40 created processExit 10-20']);
    expect(closed).toMatchObject({ leakAtExit: false });
  });

  it('lost: the value was given out again', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .handleCreate(create(30, A, 0x40, Q))
      .handleClose(create(35, A, 0x40, Q));
    const [first, second] = await objectsOf(t);
    expect(brief(first.handles)).toEqual(['100 0x40 created lost 10-30']);
    expect(first).toMatchObject({ deathNs: 30_000, leak: false, destroyPid: null });
    expect(second.handles[0].end).toBe('closed');
  });

  it('lost: the value was given out again on the same pointer', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .handleCreate(create(30, A, 0x40))
      .handleClose(create(35, A, 0x40));
    expect((await objectsOf(t)).map((o) => brief(o.handles))).toEqual([
      ['100 0x40 created lost 10-30'],
      ['100 0x40 created closed 30-35'],
    ]);
  });

  it('lost: the owner ended without a close', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .processEnd({ ns: us(20), pid: 100, parentPid: 1, name: 'a.exe' });
    const object = await only(t);
    expect(brief(object.handles)).toEqual(['100 0x40 created lost 10-20']);
    expect(object).toMatchObject({ leak: false, leakAtExit: false, deathNs: 20_000 });
  });

  it('lost: the end rundown does not list it', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .handleCreate(create(12, A, 0x44, Q));
    t.handleDCEnd({ ns: us(90), object: Q, pid: 100, handle: 0x44, type: EVENT });
    t.handleCreate(create(95, A, 0x48, Q + 64n));
    const [unlisted, listed, later] = await objectsOf(t);
    expect(brief(unlisted.handles)).toEqual(['100 0x40 created lost 10-90']);
    expect(unlisted.leak).toBe(false);
    expect(listed).toMatchObject({ leak: true });
    expect(brief(listed.handles)).toEqual(['100 0x44 created open 12-']);
    expect(later.leak).toBe(true);
  });

  it('lost: not before it was last seen open, as the source of a duplicate behind the entries of the rundown', async () => {
    const t = trace();
    t.handleDCEnd({ ns: us(50), object: Q, pid: 200, handle: 4, type: EVENT });
    t.handleDuplicate({
      ns: us(60),
      ...A,
      object: P,
      sourceHandle: 0x40,
      targetHandle: 8,
      targetPid: 200,
      type: EVENT,
    });
    t.handleClose({ ns: us(70), ...B, object: P, handle: 8, type: EVENT });
    const object = (await objectsOf(t)).find(({ handles }) => handles.length === 2)!;
    expect(object).toMatchObject({ birthNs: null, bornBeforeTrace: true });
    expect(object.handles.find(({ start }) => start === 'existing')).toMatchObject({ end: 'lost', closeNs: 60_000 });
  });

  it('an existing handle that stays open is no leak', async () => {
    const t = trace();
    t.handleDCStart({ ns: us(2), object: P, pid: 100, handle: 0x40, type: EVENT });
    expect((await only(t)).leak).toBe(false);
  });
});

describe('mappings', () => {
  const map = (at: number, base: bigint, extra = {}) => ({
    ns: us(at),
    ...A,
    base,
    fileKey: 0xffff82082c3ffb70n,
    size: 0x1000000,
    ...extra,
  });

  it('live from MapFile to UnmapFile, with size, offset and file', async () => {
    const t = trace()
      .mapFile(map(10, 0x1b544000000n, { offset: 0x2000 }))
      .unmapFile(map(96, 0x1b544000000n));
    t.fileName({ ns: us(99), opcode: 'rundown', key: 0xffff82082c3ffb70n, name: '\\Device\\HarddiskVolume3\\x.db' });
    expect(await only(t)).toMatchObject({
      kind: 'mapping',
      lifetimeNs: 86_000,
      leak: false,
      createPid: 100,
      map: { base: '0x1B544000000', size: '16777216', offset: '8192', file: '\\Device\\HarddiskVolume3\\x.db' },
    });
  });

  it('name their file as people know it, where the volume is known', async () => {
    const t = trace().mapFile(map(10, 0x1000n));
    t.fileName({ ns: us(99), opcode: 'rundown', key: 0xffff82082c3ffb70n, name: '\\Device\\HarddiskVolume3\\x.db' });
    t.volumeMapping('\\Device\\HarddiskVolume3\\', 'C:\\');
    expect((await only(t)).map?.file).toBe('C:\\x.db');
  });

  it('two processes may map the same base', async () => {
    const t = trace()
      .mapFile(map(10, 0x1000n))
      .mapFile({ ...map(11, 0x1000n), ...B })
      .unmapFile(map(20, 0x1000n));
    expect((await objectsOf(t)).map((o) => [o.createPid, o.deathNs, o.leak])).toEqual([
      [100, 20_000, false],
      [200, null, true],
    ]);
  });

  it('do not leak when their process ends, nor when they are older than the trace', async () => {
    const t = trace()
      .mapFile(map(10, 0x1000n))
      .processEnd({ ns: us(30), pid: 100, parentPid: 1, name: 'a.exe' });
    t.mapFileDCStart({ ...map(2, 0x5000n), ...B });
    const [existing, mapped] = await objectsOf(t);
    expect(existing).toMatchObject({ bornBeforeTrace: true, leak: false });
    expect(mapped).toMatchObject({ leak: false, deathNs: 30_000 });
  });

  it('share the id sequence with objects', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .mapFile(map(11, 0x1000n))
      .handleCreate(create(12, A, 0x44, Q));
    expect((await objectsOf(t)).map((o) => [o.id, o.kind])).toEqual([
      [1, 'object'],
      [2, 'mapping'],
      [3, 'object'],
    ]);
  });
});

describe('names', () => {
  it('come from a close; names that differ are kept', async () => {
    const t = trace()
      .handleCreate(create(10, A, 0x40))
      .handleCreate(create(11, A, 0x44));
    t.handleClose({ ...create(20, A, 0x40), name: '\\One' }).handleClose({ ...create(21, A, 0x44), name: '\\Two' });
    const result = await traceOf(t.toBytes());
    expect(result.strings[result.objects.name[0]]).toBe('\\One');
    expect(result.otherNames.get(0)?.map((name) => result.strings[name])).toEqual(['\\Two']);
  });

  it('of a File object without one come from the file names', async () => {
    const t = trace().handleCreate(create(10, A, 0x40, P, FILE));
    t.fileName({ ns: us(9), opcode: 'create', key: P, name: '\\Device\\HarddiskVolume3\\log.txt' });
    expect((await only(t)).name).toBe('\\Device\\HarddiskVolume3\\log.txt');
  });
});

describe('order', () => {
  it('of events on different processors is by time, of ties by place in the file', async () => {
    const t = trace({ bufferSize: 1024 });
    for (let i = 0; i < 40; i++) {
      const object = P + BigInt(i * 64);
      t.handleCreate({ ...create(100 + i, A, 0x1000 + i * 4, object), cpu: i % 3 });
      t.handleClose({ ...create(200 + i, A, 0x1000 + i * 4, object), cpu: (i + 1) % 3 });
    }
    const objects = await objectsOf(t);
    expect(objects.map((o) => [o.pointer, o.deathNs! - o.birthNs!])).toEqual(
      Array.from({ length: 40 }, (_, i) => [`0x${(P + BigInt(i * 64)).toString(16).toUpperCase()}`, 100_000]),
    );
  });
});
