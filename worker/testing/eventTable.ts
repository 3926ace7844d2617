/** Task GUIDs and hooks of the events that the builder writes (etl-format.md, section 4). */
export const TASK_GUIDS = {
  eventTrace: '68fdd900-4a3e-11d1-84f4-0000f80464e3',
  process: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c',
  thread: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c',
  image: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518',
  fileIo: '90cbdc39-4a3e-11d1-84f4-0000f80464e3',
  object: '89497f50-effe-4440-8cf2-ce6b1cdcaca7',
  stackWalk: 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3',
  imageId: 'b3e675d7-2554-4f18-830b-2762732560de',
  systemConfigEx: '9b79ee91-b5fd-41c0-a243-4248e266e9d0',
} as const;

/** hook = group << 8 | opcode. */
export const HOOKS = {
  fileName: 0x0400,
  fileCreate: 0x0420,
  fileDelete: 0x0423,
  fileRundown: 0x0424,
  mapFile: 0x0425,
  unmapFile: 0x0426,
  mapFileDCStart: 0x0427,
  mapFileDCEnd: 0x0428,
  processStart: 0x0301,
  processEnd: 0x0302,
  processDCStart: 0x0303,
  processDCEnd: 0x0304,
  imageLoad: 0x030a,
  processTerminate: 0x030b,
  threadStart: 0x0501,
  threadEnd: 0x0502,
  threadDCStart: 0x0503,
  threadDCEnd: 0x0504,
  cswitch: 0x0524,
  createHandle: 0x1120,
  closeHandle: 0x1121,
  duplicateHandle: 0x1122,
  typeDCStart: 0x1124,
  typeDCEnd: 0x1125,
  handleDCStart: 0x1126,
  handleDCEnd: 0x1127,
  createObject: 0x1130,
  deleteObject: 0x1131,
  referenceObject: 0x1132,
  dereferenceObject: 0x1133,
  imageUnload: 0x1402,
  imageDCStart: 0x1403,
  imageDCEnd: 0x1404,
  stack: 0x1820,
  stackKeyDelete: 0x1823,
  stackKeyRundown: 0x1824,
  stackKeyKernel: 0x1825,
  stackKeyUser: 0x1826,
} as const;

/** Opcodes of ImageID. */
export const IMAGE_ID = { info: 0, dbgId: 36, dbgIdNative: 37, fileVersion: 64 } as const;
/** Opcode of SystemConfigEx. */
export const VOLUME_MAPPING = 35;

const GUID_OF_GROUP: Record<number, string> = {
  0x00: TASK_GUIDS.eventTrace,
  0x03: TASK_GUIDS.process,
  0x04: TASK_GUIDS.fileIo,
  0x05: TASK_GUIDS.thread,
  0x11: TASK_GUIDS.object,
  0x14: TASK_GUIDS.image,
  0x18: TASK_GUIDS.stackWalk,
};

/** GUID and opcode by which a Full, Instance or Event header names what a hook names in a kernel header. */
export function guidOfHook(hook: number): { guid: string; opcode: number } {
  const guid = hook === HOOKS.imageLoad ? TASK_GUIDS.image : GUID_OF_GROUP[hook >> 8];
  if (guid === undefined) throw new RangeError(`hook 0x${hook.toString(16)} has no task GUID in the reference`);
  return { guid, opcode: hook & 0xff };
}
