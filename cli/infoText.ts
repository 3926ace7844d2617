import { formatCount, formatSeconds, wallClock } from '../shared/format.ts';
import type { TraceInfo } from '../shared/records.ts';
import type { Trace } from '../worker/lifetimes/model.ts';
import { TraceSymbols } from '../worker/symbols/traceSymbols.ts';

/** Most frequent event kinds that the text form names. */
const COUNTS_SHOWN = 12;

const CLOCKS: Record<number, string> = { 1: 'performance counter', 2: 'system time', 3: 'CPU cycles' };

/** `leaklanes info` as text. */
export function infoText(trace: Trace): string {
  const { info } = trace;
  const { header } = info;
  const clock = wallClock(header.startTimeFiletime, header.timeZoneBiasMinutes);
  const lines: [string, string][] = [
    ['Trace', `${info.file}, ${formatCount(info.bytes)} bytes`],
    ['Recorded', `${clock.local(0).date} ${clock.local(0).time} local time, ${formatSeconds(info.lastEventNs)} s long`],
    ['Machine', `Windows build ${header.osBuild}, ${header.processors} processors, ${header.pointerSize * 8}-bit`],
    ['Session', `${header.sessionName || '(no name)'}, ${header.logFileName}`],
    ['Clock', `${CLOCKS[header.clockType] ?? `type ${header.clockType}`}, ${formatCount(header.perfFreq)} Hz`],
    ['Buffers', `${formatCount(info.buffers)}, ${formatCount(info.compressedBuffers)} of them compressed`],
    [
      'Events',
      `${formatCount(info.events)}, lost ${formatCount(header.eventsLost)} events and ${formatCount(header.buffersLost)} buffers`,
    ],
    ['Processes', formatCount(info.processes.length)],
    [
      'Objects',
      `${formatCount(trace.objects.length)} objects and mappings, ${formatCount(trace.handles.length)} handles`,
    ],
    [
      'Stacks',
      `${formatCount(info.stacks.stackEvents)}, ${formatCount(info.stacks.matchedToAnEvent)} matched to an event`,
    ],
    ['Symbols', symbolsLine(trace)],
  ];
  const text = lines.map(([name, value]) => `${name.padEnd(10)} ${value}`);
  text.push('', 'Most frequent events', ...countLines(info), '');
  text.push(
    ...(info.health.length > 0
      ? ['Health', ...info.health.map((entry) => `  ${entry.severity}: ${entry.message}`)]
      : ['Health     nothing to report']),
  );
  return `${text.join('\n')}\n\n`;
}

/** What there is to look for; nothing is looked for here. */
function symbolsLine(trace: Trace): string {
  const modules = new TraceSymbols(trace).modules();
  const known = modules.filter(({ pdb }) => pdb !== null).length;
  return `${formatCount(modules.length)} modules in stacks, the PDB of ${formatCount(known)} is known (leaklanes symbols)`;
}

function countLines(info: TraceInfo): string[] {
  const counts = Object.entries(info.counts).sort((a, b) => b[1] - a[1]);
  const width = formatCount(counts[0]?.[1] ?? 0).length;
  const lines = counts
    .slice(0, COUNTS_SHOWN)
    .map(([kind, count]) => `  ${formatCount(count).padStart(width)}  ${kind}`);
  if (counts.length > COUNTS_SHOWN)
    lines.push(`  and ${counts.length - COUNTS_SHOWN} other kinds (--format json has all)`);
  return lines;
}
