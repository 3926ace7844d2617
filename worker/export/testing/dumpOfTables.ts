/** What `dump --format json --events` prints, put together again from the exported tables alone: nothing of it may be missing there. */
import { formatHex32, formatPointer } from '../../../shared/format.ts';
import type { JsonEvent, JsonHandle, JsonObject } from '../../query/json.ts';
import type { Duck, DuckRow } from './duckdb.ts';

/** Objects of one trace, or of the only one, in order of their ids. */
export async function dumpOfTables(duck: Duck): Promise<JsonObject[]> {
  const stacks = groupBy(await duck.rows('SELECT * FROM stacks ORDER BY stack_id, frame_index'), 'stack_id');
  const handles = groupBy(await duck.rows('SELECT * FROM handles ORDER BY handle_id'), 'object_id');
  const events = groupBy(
    await duck.rows("SELECT * FROM events WHERE kind NOT LIKE '%DC%' ORDER BY event_id"),
    'object_id',
  );
  const objects = await duck.rows('SELECT * FROM objects ORDER BY object_id');
  const framesOf = (stack: unknown): string[] | null =>
    stack === null ? null : (stacks.get(stack) ?? []).map((frame) => frame.text as string);
  return objects.map((row) => {
    const mine = handles.get(row.object_id) ?? [];
    return {
      id: row.object_id as number,
      kind: row.kind as JsonObject['kind'],
      pointer: hex64(row.pointer),
      type: (row.type as string | null) ?? '',
      name: row.name as string | null,
      birthNs: numberOf(row.birth_ns),
      deathNs: numberOf(row.death_ns),
      lifetimeNs: numberOf(row.lifetime_ns),
      bornBeforeTrace: row.born_before_trace as boolean,
      leak: row.leak as boolean,
      leakAtExit: row.leak_at_exit as boolean,
      multiProcess: row.multi_process as boolean,
      overlapped: row.overlapped as boolean,
      maxRefCount: Number(row.max_ref_count),
      inheritedBy: inheritors(mine),
      createPid: numberOf(row.create_pid),
      createTid: numberOf(row.create_tid),
      createStack: framesOf(row.create_stack_id),
      destroyPid: numberOf(row.destroy_pid),
      destroyTid: numberOf(row.destroy_tid),
      destroyStack: framesOf(row.destroy_stack_id),
      handles: mine.map(handleOf),
      refChanges: Number(row.ref_changes),
      ...(row.kind === 'mapping' ? { map: mapOf(row) } : {}),
      events: (events.get(row.object_id) ?? []).map((event) => eventOf(event, framesOf)),
    };
  });
}

function handleOf(row: DuckRow): JsonHandle {
  return {
    ownerPid: numberOf(row.owner_pid),
    handle: formatHex32(Number(row.handle)),
    start: row.start_kind as JsonHandle['start'],
    openNs: numberOf(row.open_ns),
    ...(row.source_pid === null ? {} : { sourcePid: Number(row.source_pid) }),
    ...(row.source_handle === null ? {} : { sourceHandle: formatHex32(Number(row.source_handle)) }),
    end: row.end_kind as JsonHandle['end'],
    closeNs: numberOf(row.close_ns),
    ...(row.close_pid === null ? {} : { closePid: Number(row.close_pid) }),
  };
}

function eventOf(row: DuckRow, framesOf: (stack: unknown) => string[] | null): JsonEvent {
  return {
    ns: Number(row.ns),
    kind: row.kind as JsonEvent['kind'],
    pid: numberOf(row.pid),
    tid: numberOf(row.tid),
    ...(row.handle === null ? {} : { handle: formatHex32(Number(row.handle)) }),
    ...(row.delta === null ? {} : { delta: Number(row.delta) }),
    stack: framesOf(row.stack_id),
  };
}

function mapOf(row: DuckRow): NonNullable<JsonObject['map']> {
  return {
    base: hex64(row.pointer),
    size: row.map_size as string,
    offset: row.map_offset as string,
    file: row.map_file as string | null,
  };
}

function inheritors(handles: readonly DuckRow[]): number[] {
  const children = handles.filter((row) => row.start_kind === 'inherited' && row.owner_pid !== null);
  return [...new Set(children.map((row) => Number(row.owner_pid)))];
}

function hex64(decimal: unknown): string {
  const value = BigInt(decimal as string);
  return formatPointer(Number(value >> 32n), Number(value & 0xffffffffn));
}

function numberOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function groupBy(rows: readonly DuckRow[], name: string): Map<unknown, DuckRow[]> {
  const groups = new Map<unknown, DuckRow[]>();
  for (const row of rows) {
    const group = groups.get(row[name]);
    if (group === undefined) groups.set(row[name], [row]);
    else group.push(row);
  }
  return groups;
}
