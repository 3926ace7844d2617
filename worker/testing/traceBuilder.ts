import type { ByteWriter } from './byteWriter.ts';
import { NO_ID } from './etlWriter.ts';
import { HOOKS, IMAGE_ID, TASK_GUIDS, VOLUME_MAPPING } from './eventTable.ts';
import * as payloads from './payloads.ts';
import type { Ns } from './traceClock.ts';
import type * as events from './traceEvents.ts';
import type { At } from './traceEvents.ts';
import { type Ids, TraceFile } from './traceFile.ts';

export type { HeaderStyle, PointerSize } from './etlWriter.ts';
export type * from './traceEvents.ts';
export { ms, type Ns, us } from './traceClock.ts';

/** In merged files ImageID events name System and no thread. */
const IMAGE_ID_IDS = { pid: 4, tid: NO_ID };

/**
 * Builds an .etl file from what happened, in any order: events are sorted into the buffers of their processors. Every method returns the
 * builder. `toBytes` ends it; `chunks` is the same buffer by buffer, and `drain` lets a huge file be written without holding it.
 *
 *     new TraceBuilder({ stackKeys: true })
 *       .processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'a.exe' })
 *       .handleCreate({ ns: ms(2), pid: 100, tid: 104, object: 0xffff8000_00001000n, handle: 0x40, type: 16, stack: [0xfffff800_00001234n] })
 *       .toBytes();
 */
export class TraceBuilder extends TraceFile {
  /** TypeDCStart or TypeDCEnd; without `ns` a start stands at 0 and an end after everything else. */
  typeName(type: number, name: string, at: Partial<At> & { dc?: 'start' | 'end' } = {}): this {
    const dc = at.dc ?? 'end';
    const write = (ns: Ns): void => {
      this.emit(dc === 'start' ? HOOKS.typeDCStart : HOOKS.typeDCEnd, 2, { ...at, ns }, this.rundownIds, (out) =>
        payloads.writeTypeName(out, type, name),
      );
    };
    if (at.ns !== undefined) write(at.ns);
    else if (dc === 'start') write(0);
    else this.atEnd.push(write);
    return this;
  }

  processStart(e: events.ProcessEvent): this {
    return this.process(HOOKS.processStart, e, { pid: e.byPid ?? e.parentPid ?? NO_ID, tid: e.byTid });
  }

  processEnd(e: events.ProcessEvent): this {
    return this.process(HOOKS.processEnd, e, { pid: e.byPid ?? e.pid, tid: e.byTid });
  }

  processDCStart(e: events.ProcessEvent): this {
    return this.process(HOOKS.processDCStart, e, this.rundownIds);
  }

  processDCEnd(e: events.ProcessEvent): this {
    return this.process(HOOKS.processDCEnd, e, this.rundownIds);
  }

  processTerminate(e: At & { pid: number; byPid?: number; byTid?: number }): this {
    return this.emit(HOOKS.processTerminate, 2, e, { pid: e.byPid ?? e.pid, tid: e.byTid }, (out) => out.u32(e.pid));
  }

  threadStart(e: events.ThreadEvent): this {
    return this.thread(HOOKS.threadStart, e, { pid: e.byPid ?? e.pid, tid: e.byTid });
  }

  threadEnd(e: events.ThreadEvent): this {
    return this.thread(HOOKS.threadEnd, e, { pid: e.byPid ?? e.pid, tid: e.byTid ?? e.tid });
  }

  threadDCStart(e: events.ThreadEvent): this {
    return this.thread(HOOKS.threadDCStart, e, this.rundownIds);
  }

  threadDCEnd(e: events.ThreadEvent): this {
    return this.thread(HOOKS.threadDCEnd, e, this.rundownIds);
  }

  /** The header names no one: what runs on a processor is in the payload. */
  cswitch(e: At & { newTid: number; oldTid: number }): this {
    return this.emit(HOOKS.cswitch, 4, e, {}, (out) => payloads.writeCSwitch(out, e));
  }

  image(e: events.ImageEvent): this {
    const hook = {
      load: HOOKS.imageLoad,
      unload: HOOKS.imageUnload,
      dcStart: HOOKS.imageDCStart,
      dcEnd: HOOKS.imageDCEnd,
    }[e.kind];
    const rundown = e.kind === 'dcStart' || e.kind === 'dcEnd';
    return this.emit(hook, 3, e, rundown ? this.rundownIds : { pid: e.pid, tid: e.tid }, (out, p) =>
      payloads.writeImage(out, p, {
        base: e.base,
        size: BigInt(e.size),
        pid: e.pid,
        checksum: e.checksum ?? 0,
        timeStamp: e.timeStamp ?? 0,
        file: e.file,
      }),
    );
  }

  /** ImageID Info. */
  imageId(e: At & Omit<payloads.ImageIdInfo, 'size'> & { size: number | bigint }): this {
    return this.emitGuid(TASK_GUIDS.imageId, IMAGE_ID.info, 2, e, IMAGE_ID_IDS, (out, p) =>
      payloads.writeImageIdInfo(out, p, { ...e, size: BigInt(e.size) }),
    );
  }

  /** ImageID DbgID_RSDS; `native` for the native image of managed code (opcode 37). */
  imageDbgId(e: At & payloads.ImageIdDbgId & { native?: boolean }): this {
    const opcode = e.native ? IMAGE_ID.dbgIdNative : IMAGE_ID.dbgId;
    return this.emitGuid(TASK_GUIDS.imageId, opcode, 2, e, IMAGE_ID_IDS, (out, p) =>
      payloads.writeImageIdDbgId(out, p, e),
    );
  }

  imageFileVersion(
    e: At &
      Pick<payloads.ImageIdFileVersion, 'size' | 'timeStamp' | 'originalName'> &
      Partial<payloads.ImageIdFileVersion>,
  ): this {
    return this.emitGuid(TASK_GUIDS.imageId, IMAGE_ID.fileVersion, 0, e, IMAGE_ID_IDS, (out) =>
      payloads.writeImageIdFileVersion(out, {
        description: '',
        fileVersion: '',
        binaryVersion: '',
        language: '1033',
        productName: '',
        companyName: '',
        productVersion: '',
        fileId: '',
        programId: '',
        ...e,
      }),
    );
  }

  /** `\Device\HarddiskVolume3\` is `C:\`; without `ns` after everything else. */
  volumeMapping(nt: string, dos: string, at: Partial<At> = {}): this {
    const write = (ns: Ns): void => {
      this.emitGuid(TASK_GUIDS.systemConfigEx, VOLUME_MAPPING, 0, { ...at, ns }, { pid: 0, tid: 0 }, (out) =>
        payloads.writeVolumeMapping(out, { nt, dos }),
      );
    };
    if (at.ns === undefined) this.atEnd.push(write);
    else write(at.ns);
    return this;
  }

  handleCreate(e: events.HandleEvent): this {
    return this.emit(HOOKS.createHandle, 2, e, e, (out, p) => payloads.writeHandle(out, p, e));
  }

  handleClose(e: events.HandleEvent): this {
    return this.emit(HOOKS.closeHandle, 2, e, e, (out, p) => payloads.writeHandle(out, p, e));
  }

  handleDuplicate(e: events.DuplicateEvent): this {
    const sourcePid = e.sourcePid === undefined ? (e.pid ?? NO_ID) : e.sourcePid;
    return this.emit(HOOKS.duplicateHandle, 2, e, e, (out, p) => payloads.writeDuplicate(out, p, { ...e, sourcePid }));
  }

  /** What CreateProcess logs for each inherited handle: a duplicate whose source and target process and handle are the same. */
  handleInherit(e: Omit<events.HandleEvent, 'name'> & { pid: number }): this {
    return this.handleDuplicate({
      ...e,
      sourceHandle: e.handle,
      targetHandle: e.handle,
      sourcePid: e.pid,
      targetPid: e.pid,
    });
  }

  handleDCStart(e: events.HandleDCEvent): this {
    return this.emit(HOOKS.handleDCStart, 2, e, this.rundownIds, (out, p) => payloads.writeHandleDC(out, p, e));
  }

  handleDCEnd(e: events.HandleDCEvent): this {
    return this.emit(HOOKS.handleDCEnd, 2, e, this.rundownIds, (out, p) => payloads.writeHandleDC(out, p, e));
  }

  objectCreate(e: events.ObjectEvent): this {
    return this.emit(HOOKS.createObject, 2, e, e, (out, p) => payloads.writeObject(out, p, e));
  }

  objectDelete(e: events.ObjectEvent): this {
    return this.emit(HOOKS.deleteObject, 2, e, e, (out, p) => payloads.writeObject(out, p, e));
  }

  reference(e: events.ReferenceEvent): this {
    return this.referenceChange(HOOKS.referenceObject, e);
  }

  dereference(e: events.ReferenceEvent): this {
    return this.referenceChange(HOOKS.dereferenceObject, e);
  }

  mapFile(e: events.MapFileEvent): this {
    return this.mapping(HOOKS.mapFile, e, e);
  }

  unmapFile(e: events.MapFileEvent): this {
    return this.mapping(HOOKS.unmapFile, e, e);
  }

  mapFileDCStart(e: events.MapFileEvent): this {
    return this.mapping(HOOKS.mapFileDCStart, e, this.rundownIds);
  }

  mapFileDCEnd(e: events.MapFileEvent): this {
    return this.mapping(HOOKS.mapFileDCEnd, e, this.rundownIds);
  }

  fileName(e: events.AtThread & { opcode: 'name' | 'create' | 'delete' | 'rundown'; key: bigint; name: string }): this {
    const hook = {
      name: HOOKS.fileName,
      create: HOOKS.fileCreate,
      delete: HOOKS.fileDelete,
      rundown: HOOKS.fileRundown,
    }[e.opcode];
    return this.emit(hook, 2, e, e, (out, p) => payloads.writeFileName(out, p, e));
  }

  /** Any event. */
  raw(e: events.RawEvent): this {
    const write = (out: ByteWriter): void => void out.bytes(e.payload ?? new Uint8Array(0));
    if (e.hook !== undefined) return this.emit(e.hook, 2, e, e, write);
    if (e.guid === undefined) throw new TypeError('a raw event needs a hook or a GUID');
    return this.emitGuid(e.guid, e.opcode ?? 0, 0, e, e, write);
  }

  /** A WPP message with time stamp, process and thread. */
  message(e: events.AtThread & { number?: number; guid?: string; payload?: Uint8Array }): this {
    const ticks = this.ticksAt(e);
    const stamp = this.stampOf(ticks);
    const flags = (e.guid === undefined ? 0 : 2) | 8 | 0x20;
    return this.add(e.cpu, ticks, 'message', {
      style: 'message',
      number: e.number ?? 10,
      flags,
      guid: e.guid,
      stamp,
      pid: e.pid,
      tid: e.tid,
      payload: e.payload ?? new Uint8Array(0),
    });
  }

  /** An event of header type 0x0D. */
  error(e: events.AtThread & { payload?: Uint8Array }): this {
    const ticks = this.ticksAt(e);
    const stamp = this.stampOf(ticks);
    const payload = e.payload ?? new Uint8Array(8);
    return this.add(e.cpu, ticks, 'error', { style: 'error', stamp, pid: e.pid, tid: e.tid, payload });
  }

  private process(hook: number, e: events.ProcessEvent, ids: Ids): this {
    return this.emit(hook, 4, e, ids, (out, p, version) =>
      payloads.writeProcess(out, p, version, {
        uniqueKey: e.uniqueKey ?? 0xffffb68c40000000n + BigInt(e.pid) * 0x100n,
        pid: e.pid,
        parentPid: e.parentPid ?? 0,
        sessionId: e.sessionId ?? 1,
        exitStatus: e.exitStatus ?? 0,
        directoryTableBase: e.directoryTableBase ?? 0x1ad000n,
        flags: e.flags ?? 0,
        sid: e.sid === undefined ? [18] : e.sid,
        name: e.name ?? '',
        commandLine: e.commandLine ?? '',
        packageName: e.packageName ?? '',
        applicationId: e.applicationId ?? '',
      }),
    );
  }

  private thread(hook: number, e: events.ThreadEvent, ids: Ids): this {
    return this.emit(hook, 3, e, ids, (out, p) =>
      payloads.writeThread(out, p, { pid: e.pid, tid: e.tid, startAddress: e.startAddress ?? 0n }),
    );
  }

  private referenceChange(hook: number, e: events.ReferenceEvent): this {
    return this.emit(hook, 2, e, e, (out, p) =>
      payloads.writeReference(out, p, { object: e.object, tag: payloads.tagOf(e.tag ?? 'Dflt'), count: e.count ?? 1 }),
    );
  }

  private mapping(hook: number, e: events.MapFileEvent, ids: Ids): this {
    return this.emit(hook, 3, e, ids, (out, p, version) =>
      payloads.writeMapFile(out, p, version, {
        base: e.base,
        fileKey: e.fileKey,
        miscInfo: e.miscInfo ?? 0n,
        size: BigInt(e.size),
        offset: BigInt(e.offset ?? 0),
        pid: e.pid,
      }),
    );
  }
}
