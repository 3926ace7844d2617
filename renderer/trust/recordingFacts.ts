import type { TraceHeader, TraceSummary } from '../../shared/records.ts';
import { formatCount, formatSize } from '../format.ts';
import { createTimeFormat, type TimeFormat } from '../timeFormat.ts';

/** As the log-file header numbers them. */
const CLOCKS: Record<number, string> = { 1: 'performance counter', 2: 'system time', 3: 'CPU cycles' };

/** When, where and how the trace was recorded. Times are written as the user prefers. */
export function recordingFacts({ info, endNs }: TraceSummary, time: TimeFormat): [name: string, value: string][] {
  const { header } = info;
  return [
    ['File', info.file],
    [
      'Size',
      `${formatSize(info.bytes)}, ${formatCount(info.buffers)} buffers (${formatCount(info.compressedBuffers)} compressed)`,
    ],
    ['Session', header.sessionName === '' ? 'without a name' : header.sessionName],
    ['Logged to', header.logFileName === '' ? 'not recorded' : header.logFileName],
    [
      'System',
      `Windows build ${header.osBuild}, ${header.pointerSize * 8}-bit, ${formatCount(header.processors)} processors`,
    ],
    ['Clock', `${CLOCKS[header.clockType] ?? `type ${header.clockType}`}, ${formatCount(header.perfFreq)} Hz`],
    ['Recorded', recordedAt(header, time)],
    ['First event', time.full(info.firstEventNs)],
    ['End', time.full(endNs)],
    ['Length', time.length(endNs)],
    ['Processes', formatCount(info.processes.length)],
    ['Image events', formatCount(info.imageEvents)],
    [
      'Stacks',
      `${formatCount(info.stacks.stackEvents)}, ${formatCount(info.stacks.matchedToAnEvent)} matched to an event`,
    ],
  ];
}

/** Date and time of day when the recording began, also where times are shown as seconds since then. */
function recordedAt(header: TraceHeader, time: TimeFormat): string {
  const clock = createTimeFormat(time.kind === 'utc' ? 'utc' : 'local', 0, header);
  return clock.kind === 'seconds' ? 'the trace does not say when' : clock.full(0);
}
