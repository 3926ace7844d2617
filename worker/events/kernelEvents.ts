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
