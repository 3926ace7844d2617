/** trace: one row that says what the file is, how far to believe it, and what was exported of it. */
import type { Selection } from '../query/select.ts';
import { SCHEMA_VERSION, traceIdColumn, type Column, type ExportTable, type TableName } from './columns.ts';
import { unixMicros, unixNs } from './moments.ts';

/** What the table says beside what the trace does. */
export interface TraceFacts {
  traceId: string;
  /** whole path of the file */
  path: string;
  /** filters and other settings of the export as JSON */
  settings: string;
  /** version of the program */
  program: string;
}

/** Rows that the other tables have. */
export type RowCounts = Readonly<Record<Exclude<TableName, 'trace'>, number>>;

export function traceTable({ trace }: Selection, facts: TraceFacts, rows: RowCounts): ExportTable {
  const { info, trust } = trace;
  const { header } = info;
  const startNs = unixNs(header.startTimeFiletime);
  const columns: Column[] = [
    traceIdColumn(facts.traceId),
    number('schema_version', SCHEMA_VERSION),
    text('program', facts.program),
    text('file', info.file),
    text('path', facts.path),
    text('settings', facts.settings),
    long('bytes', info.bytes),
    long('buffers', info.buffers),
    long('compressed_buffers', info.compressedBuffers),
    long('trace_events', info.events),
    moment('start_unix_ns', 'bigint64', startNs),
    moment('start_utc', 'utcMicros', unixMicros(startNs)),
    moment('end_utc', 'utcMicros', unixMicros(unixNs(header.endTimeFiletime))),
    moment('boot_utc', 'utcMicros', unixMicros(unixNs(header.bootTimeFiletime))),
    { name: 'time_zone_bias_minutes', type: 'int32', nullable: false, value: () => header.timeZoneBiasMinutes },
    long('first_event_ns', info.firstEventNs),
    long('last_event_ns', info.lastEventNs),
    number('pointer_size', header.pointerSize),
    number('os_build', header.osBuild),
    number('processors', header.processors),
    long('perf_freq', header.perfFreq),
    number('clock_type', header.clockType),
    text('session_name', header.sessionName),
    text('log_file_name', header.logFileName),
    long('events_lost', trust.eventsLost),
    long('buffers_lost', trust.buffersLost),
    long('damaged_buffers', trust.damagedBuffers),
    long('decode_errors', trust.decodeErrors),
    text('missing', trust.missing.join(',')),
    long('object_events', trust.objectEvents),
    long('object_events_with_stack', trust.objectEventsWithStack),
    long('unresolved_keys', trust.unresolvedKeys),
    long('frames', trust.frames),
    long('frames_without_module', trust.framesWithoutModule),
    long('frames_without_symbol', trust.framesWithoutSymbol),
    long('handles_with_unknown_owner', trust.handlesWithUnknownOwner),
    long('handles_lost', trust.handlesLost),
    long('opens_unseen', trust.opensUnseen),
    text('health', JSON.stringify(info.health)),
    long('process_rows', rows.processes),
    long('object_rows', rows.objects),
    long('handle_rows', rows.handles),
    long('event_rows', rows.events),
    long('stack_rows', rows.stacks),
  ];
  return { name: 'trace', columns, batches: () => [Uint32Array.of(0)] };
}

function text(name: string, value: string): Column {
  return { name, type: 'text', nullable: false, value: () => value };
}

function number(name: string, value: number): Column {
  return { name, type: 'uint32', nullable: false, value: () => value };
}

function long(name: string, value: number): Column {
  return { name, type: 'int64', nullable: false, value: () => value };
}

function moment(name: string, type: 'bigint64' | 'utcMicros', value: bigint | null): Column {
  return { name, type, nullable: true, value: () => value };
}
