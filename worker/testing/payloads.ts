import type { ByteWriter } from './byteWriter.ts';
import type { PointerSize } from './eventWriter.ts';

/**
 * The payloads of etl-format.md, section 4, field by field. P = the event's pointer size; every function appends to `out`.
 */

/** Four characters of a pool tag as the u32 that stands in the file: `Dflt` = 0x746c6644. */
export function tagOf(text: string): number {
  let tag = 0;
  for (let i = 0; i < 4; i++) tag |= text.charCodeAt(i) << (8 * i);
  return tag >>> 0;
}

export interface HandlePayload {
  object: bigint;
  handle: number;
  type: number;
  /** '' writes the two zero bytes that recorded payloads have; null leaves them away */
  name?: string | null;
}

/** CreateHandle and CloseHandle. */
export function writeHandle(out: ByteWriter, p: PointerSize, f: HandlePayload): void {
  out
    .pointer(f.object, p)
    .u32(f.handle >>> 0)
    .u16(f.type);
  if (f.name !== null) out.utf16z(f.name ?? '');
}

export interface DuplicatePayload {
  object: bigint;
  sourceHandle: number;
  targetHandle: number;
  targetPid: number;
  type: number;
  /** null: the older payload without it */
  sourcePid: number | null;
}

export function writeDuplicate(out: ByteWriter, p: PointerSize, f: DuplicatePayload): void {
  out
    .pointer(f.object, p)
    .u32(f.sourceHandle >>> 0)
    .u32(f.targetHandle >>> 0)
    .u32(f.targetPid)
    .u16(f.type);
  if (f.sourcePid !== null) out.u32(f.sourcePid);
}

export function writeTypeName(out: ByteWriter, type: number, name: string): void {
  out.u16(type).u16(0).utf16z(name);
}

export interface HandleDCPayload {
  object: bigint;
  pid: number;
  handle: number;
  type: number;
  name?: string;
}

export function writeHandleDC(out: ByteWriter, p: PointerSize, f: HandleDCPayload): void {
  out
    .pointer(f.object, p)
    .u32(f.pid)
    .u32(f.handle >>> 0)
    .u16(f.type)
    .utf16z(f.name ?? '');
}

/** CreateObject and DeleteObject: padded to two pointers, as recorded. */
export function writeObject(out: ByteWriter, p: PointerSize, f: { object: bigint; type: number }): void {
  out
    .pointer(f.object, p)
    .u16(f.type)
    .zeros(p - 2);
}

export function writeReference(
  out: ByteWriter,
  p: PointerSize,
  f: { object: bigint; tag: number; count: number },
): void {
  out
    .pointer(f.object, p)
    .u32(f.tag)
    .u32(f.count >>> 0);
}

export interface MapFilePayload {
  base: bigint;
  fileKey: bigint;
  miscInfo: bigint;
  size: bigint;
  offset: bigint;
  pid: number;
}

/** MapFile, UnmapFile and their DC forms; the offset from version 3 on. */
export function writeMapFile(out: ByteWriter, p: PointerSize, version: number, f: MapFilePayload): void {
  out.pointer(f.base, p).pointer(f.fileKey, p).u64(f.miscInfo).pointer(f.size, p);
  if (version >= 3) out.u64(f.offset);
  out.u32(f.pid);
}

export function writeFileName(out: ByteWriter, p: PointerSize, f: { key: bigint; name: string }): void {
  out.pointer(f.key, p).utf16z(f.name);
}

export interface ProcessPayload {
  uniqueKey: bigint;
  pid: number;
  parentPid: number;
  sessionId: number;
  exitStatus: number;
  directoryTableBase: bigint;
  flags: number;
  /** sub-authorities of S-1-5-…; null writes the u32 0 that stands for no SID */
  sid: readonly number[] | null;
  name: string;
  commandLine: string;
  packageName: string;
  applicationId: string;
}

/** Process start, end, DCStart, DCEnd in versions 1 to 4. */
export function writeProcess(out: ByteWriter, p: PointerSize, version: number, f: ProcessPayload): void {
  if (version < 1) throw new RangeError(`Process version ${version} is not described in the reference`);
  out
    .pointer(f.uniqueKey, p)
    .u32(f.pid)
    .u32(f.parentPid)
    .u32(f.sessionId)
    .i32(f.exitStatus | 0);
  if (version >= 3) out.pointer(f.directoryTableBase, p);
  if (version >= 4) out.u32(f.flags);
  if (f.sid === null) {
    out.u32(0);
  } else {
    // TOKEN_USER (a pointer that is not 0 and the attributes), then the SID: revision, count, 48-bit authority big-endian, sub-authorities.
    out.pointer(0xffff8d0fd9290aa0n, p).pointer(0n, p);
    out.u8(1).u8(f.sid.length).u16(0).u16(0).u8(0).u8(5);
    for (const part of f.sid) out.u32(part);
  }
  out.latin1z(f.name);
  if (version >= 2) out.utf16z(f.commandLine);
  if (version >= 4) out.utf16z(f.packageName).utf16z(f.applicationId);
}

export interface ThreadPayload {
  pid: number;
  tid: number;
  startAddress: bigint;
}

/** Thread start, end and DC, version 3. */
export function writeThread(out: ByteWriter, p: PointerSize, f: ThreadPayload): void {
  out.u32(f.pid).u32(f.tid);
  // Kernel stack base and limit, user stack base and limit, affinity.
  for (let i = 0; i < 5; i++) out.pointer(0n, p);
  out.pointer(f.startAddress, p).pointer(0n, p);
  // Service tag; base, page and I/O priority, flags.
  out.u32(0).u8(8).u8(5).u8(2).u8(0);
}

/** CSwitch: new and old thread, then priorities and wait reason. */
export function writeCSwitch(out: ByteWriter, f: { newTid: number; oldTid: number }): void {
  out.u32(f.newTid).u32(f.oldTid).u8(8).u8(8).u8(0).u8(0).u8(0).u8(0).u8(5).u8(0).u32(0).u32(0);
}

export interface ImagePayload {
  base: bigint;
  size: bigint;
  pid: number;
  checksum: number;
  timeStamp: number;
  file: string;
}

/** Image load, unload and DC, versions 2 and 3 (the same layout). */
export function writeImage(out: ByteWriter, p: PointerSize, f: ImagePayload): void {
  out.pointer(f.base, p).pointer(f.size, p).u32(f.pid).u32(f.checksum).u32(f.timeStamp);
  out.u32(0).pointer(f.base, p).zeros(16).utf16z(f.file);
}

export function writeStack(
  out: ByteWriter,
  p: PointerSize,
  f: { eventStamp: bigint; pid: number; tid: number; frames: readonly bigint[] },
): void {
  out.u64(f.eventStamp).u32(f.pid).u32(f.tid);
  for (const frame of f.frames) out.pointer(frame, p);
}

export function writeStackKeyReference(
  out: ByteWriter,
  p: PointerSize,
  f: { eventStamp: bigint; pid: number; tid: number; key: bigint },
): void {
  out.u64(f.eventStamp).u32(f.pid).u32(f.tid).pointer(f.key, p);
}

export function writeStackKeyDefinition(
  out: ByteWriter,
  p: PointerSize,
  f: { key: bigint; frames: readonly bigint[] },
): void {
  out.pointer(f.key, p);
  for (const frame of f.frames) out.pointer(frame, p);
}

export interface ImageIdInfo {
  base: bigint;
  size: bigint;
  pid: number;
  timeStamp: number;
  originalName: string;
}

export function writeImageIdInfo(out: ByteWriter, p: PointerSize, f: ImageIdInfo): void {
  out.pointer(f.base, p).pointer(f.size, p).u32(f.pid).u32(f.timeStamp).utf16z(f.originalName);
}

export interface ImageIdDbgId {
  base: bigint;
  pid: number;
  guid: string;
  age: number;
  pdb: string;
}

export function writeImageIdDbgId(out: ByteWriter, p: PointerSize, f: ImageIdDbgId): void {
  out.pointer(f.base, p).u32(f.pid).guid(f.guid).u32(f.age).latin1z(f.pdb);
}

export interface ImageIdFileVersion {
  size: number;
  timeStamp: number;
  originalName: string;
  description: string;
  fileVersion: string;
  binaryVersion: string;
  language: string;
  productName: string;
  companyName: string;
  productVersion: string;
  fileId: string;
  programId: string;
}

export function writeImageIdFileVersion(out: ByteWriter, f: ImageIdFileVersion): void {
  out.u32(f.size).u32(f.timeStamp);
  out.utf16z(f.originalName).utf16z(f.description).utf16z(f.fileVersion).utf16z(f.binaryVersion).utf16z(f.language);
  out.utf16z(f.productName).utf16z(f.companyName).utf16z(f.productVersion).utf16z(f.fileId).utf16z(f.programId);
}

export function writeVolumeMapping(out: ByteWriter, f: { nt: string; dos: string }): void {
  out.utf16z(f.nt).utf16z(f.dos);
}
