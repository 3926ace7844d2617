/**
 * Which event is which. The kernel logger names an event by a hook (group << 8 | opcode); relogged and merged files
 * name the same event by task GUID + opcode (etl-format.md, section 4). Both become one hook here.
 */

const TASKS: { guid: string; group: number; hooks?: Record<number, number> }[] = [
  { guid: '68fdd900-4a3e-11d1-84f4-0000f80464e3', group: 0x00 },
  { guid: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', group: 0x03 },
  { guid: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c', group: 0x05 },
  // The hooks of image events are spread over two groups, their opcodes are not.
  { guid: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518', group: -1, hooks: { 10: 0x030a, 2: 0x1402, 3: 0x1403, 4: 0x1404 } },
  { guid: '90cbdc39-4a3e-11d1-84f4-0000f80464e3', group: 0x04 },
  { guid: '89497f50-effe-4440-8cf2-ce6b1cdcaca7', group: 0x11 },
  { guid: 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3', group: 0x18 },
];

export const GUID_IMAGE_ID = 'b3e675d7-2554-4f18-830b-2762732560de';
export const GUID_SYSTEM_CONFIG_EX = '9b79ee91-b5fd-41c0-a243-4248e266e9d0';

/** Hooks of our own, above all real ones, for events that only come with a GUID. */
export const HOOK_IMAGE_ID_INFO = 0x10000;
export const HOOK_IMAGE_ID_PDB = 0x10000 + 36;
export const HOOK_IMAGE_ID_VERSION = 0x10000 + 64;
export const HOOK_VOLUME_MAPPING = 0x10100 + 35;

export const HOOK_LOG_FILE_HEADER = 0x0000;
export const HOOK_CONTEXT_SWITCH = 0x0524;
export const HOOK_STACK = 0x1820;
export const HOOK_STACK_KEY_KERNEL = 0x1825;
export const HOOK_STACK_KEY_USER = 0x1826;

const OBJECT_EVENTS = [
  [0x1120, 0x1121, 0x1122, 0x1126, 0x1127],
  [0x1130, 0x1131, 0x1132, 0x1133],
  [0x0425, 0x0426, 0x0427, 0x0428],
].flat();
const OTHER_EVENTS = [
  [0x1124, 0x1125, HOOK_STACK, 0x1823, 0x1824, HOOK_STACK_KEY_KERNEL, HOOK_STACK_KEY_USER],
  [HOOK_CONTEXT_SWITCH, 0x0501, 0x0502, 0x0503, 0x0504, 0x0301, 0x0302, 0x0303, 0x0304],
  [0x030a, 0x1402, 0x1403, 0x1404, 0x0400, 0x0420, 0x0423, 0x0424],
  [HOOK_IMAGE_ID_INFO, HOOK_IMAGE_ID_PDB, HOOK_IMAGE_ID_VERSION, HOOK_VOLUME_MAPPING],
].flat();

/** By hook, 1: becomes a row of the object events, where its payload is whole. */
export const IS_OBJECT_EVENT = flags(OBJECT_EVENTS);
/** By hook, 1: an object event that lists what is there, whoever writes it. */
export const IS_RUNDOWN = flags([0x1126, 0x1127, 0x0427, 0x0428]);
/** By hook, 1: something is taken from it. All others are only counted. */
export const IS_DECODED = flags([...OBJECT_EVENTS, ...OTHER_EVENTS]);

function flags(hooks: readonly number[]): Uint8Array {
  const table = new Uint8Array(0x10200);
  for (const hook of hooks) table[hook] = 1;
  return table;
}

/** The hook of an event with this GUID and opcode; -1 where it is none of ours. */
export function hookOfGuid(guid: string, opcode: number): number {
  if (guid === GUID_IMAGE_ID) return 0x10000 + opcode;
  if (guid === GUID_SYSTEM_CONFIG_EX) return 0x10100 + opcode;
  const task = TASKS.find((entry) => entry.guid === guid);
  if (!task) return -1;
  if (task.hooks) return task.hooks[opcode] ?? -1;
  return (task.group << 8) | opcode;
}

/** Remembers the hooks of the GUIDs of one trace: a table look-up an event. */
export class HookTable {
  private readonly rows: Int32Array[] = [];
  private readonly guids: readonly string[];

  constructor(guids: readonly string[]) {
    this.guids = guids;
  }

  hook(guidIndex: number, opcode: number): number {
    let row = this.rows[guidIndex];
    if (row === undefined) {
      row = new Int32Array(256);
      for (let code = 0; code < 256; code++) row[code] = hookOfGuid(this.guids[guidIndex], code);
      this.rows[guidIndex] = row;
    }
    return row[opcode];
  }
}
