/** How many events of every kind a file has. */
export class EventCounts {
  /** by hook */
  readonly hooks = new Uint32Array(0x10000);
  /** by number of the GUID, then by opcode; a row where there is one */
  readonly byGuid: (Uint32Array | undefined)[] = [];
  messages = 0;
  errors = 0;

  addOfGuid(guid: number, opcode: number): void {
    const row = (this.byGuid[guid] ??= new Uint32Array(256));
    row[opcode]++;
  }

  /** By the keys of `info --format json`; `guids`: the GUIDs' texts. */
  byKey(guids: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    this.hooks.forEach((count, hook) => {
      if (count > 0) counts[hook.toString(16).padStart(4, '0')] = count;
    });
    const byGuid: [string, number][] = [];
    this.byGuid.forEach((row, guid) =>
      row?.forEach((count, opcode) => {
        if (count > 0) byGuid.push([`${guids[guid]}/${opcode}`, count]);
      }),
    );
    for (const [key, count] of byGuid.sort((a, b) => (a[0] < b[0] ? -1 : 1))) counts[key] = count;
    if (this.messages > 0) counts['message'] = this.messages;
    if (this.errors > 0) counts['error'] = this.errors;
    return counts;
  }
}
