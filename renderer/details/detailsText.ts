import type {
  EventRow,
  HandleEnd,
  HandleRow,
  HandleStart,
  LedgerRow,
  ObjectDetails,
  StackText,
} from '../../shared/records.ts';
import { formatCount } from '../format.ts';
import type { TimeFormat } from '../timeFormat.ts';

export const START_WORDS: Record<HandleStart, string> = {
  created: 'created',
  duplicated: 'duplicated',
  inherited: 'inherited',
  existing: 'existing',
};

export const END_WORDS: Record<HandleEnd, string> = {
  open: 'not closed',
  closed: 'closed',
  closedByOther: 'closed by other',
  processExit: 'process exit',
  lost: 'closed unseen',
};

/** Words for an end as a filter names it, which read well after "not" too; what is no end stays as it is. */
export function endWord(end: string): string {
  if (end === 'open') return 'still open';
  return Object.hasOwn(END_WORDS, end) ? END_WORDS[end as HandleEnd] : end;
}

/** A handle made in the trace and open at its end is the leak itself. */
export function isLeakingHandle(handle: HandleRow): boolean {
  return handle.end === 'open' && handle.start !== 'existing';
}

/** The leak status in words. */
export function leakStatus(details: Pick<ObjectDetails, 'row' | 'handles'>): string {
  const { leak, leakAtExit } = details.row;
  const atExit = `leak at exit: ${sweptHandles(details.handles)}`;
  if (leak && leakAtExit) return `leak: never closed; and ${atExit}`;
  if (leak) return 'leak: never closed';
  return leakAtExit ? atExit : 'no leak';
}

/** Swept handles that are called by their values; more of them are only counted. */
const NAMED_HANDLES = 3;

/** Which handles the end of a process closed: the object itself may live on by others. */
function sweptHandles(handles: readonly HandleRow[]): string {
  const swept = handles.filter((handle) => handle.end === 'processExit');
  const owners = [...new Set(swept.map((handle) => handle.owner ?? 'an unknown process'))];
  const [owner] = owners;
  if (owner === undefined) return 'closed only by the end of its process';
  if (swept.length === 1) return `handle ${swept[0].handle} of ${owner} was closed only by the end of its process`;
  const count = `${formatCount(swept.length)} handles`;
  if (owners.length > 1) {
    const places = swept.map((handle) => `${handle.handle} of ${handle.owner ?? 'an unknown process'}`);
    const named =
      swept.length > NAMED_HANDLES ? ` of ${formatCount(owners.length)} processes` : ` (${places.join(', ')})`;
    return `${count}${named} were closed only by the end of their processes`;
  }
  const values = swept.map((handle) => handle.handle).join(', ');
  const named = swept.length > NAMED_HANDLES ? '' : ` (${values})`;
  return `${count}${named} of ${owner} were closed only by the end of its process`;
}

export function signed(delta: number): string {
  return delta > 0 ? `+${delta}` : String(delta);
}

/** What a reference change did: "+1 = 3". */
export function referenceText(event: Pick<EventRow, 'delta' | 'refCount'>): string {
  const parts = [event.delta === null ? '' : signed(event.delta), event.refCount === null ? '' : `= ${event.refCount}`];
  return parts.filter((part) => part !== '').join(' ');
}

/** A stack as lines, leaf first: frames with their places, and above each what was folded into it. */
export function stackLines(stack: StackText): string[] {
  return stack.frames.flatMap((frame, index) => {
    const place = stack.places[index];
    return [
      ...(stack.inlined[index] ?? []).map((name) => `${name}  (inlined)`),
      place ? `${frame}  (${place})` : frame,
    ];
  });
}

/** The frame that tells most of a stack: the first that is not of the system. */
export function mainFrame(stack: StackText | undefined): string {
  if (stack === undefined || stack.frames.length === 0) return 'no stack';
  const own = stack.system.indexOf(false);
  return stack.frames[own < 0 ? 0 : own];
}

/** The whole pane as plain text, for bug reports. */
export function detailsAsText(details: ObjectDetails, time: TimeFormat): string {
  const { row, stacks } = details;
  const lines = [
    `${row.type} #${row.id}  ${row.name ?? '(no name)'}`,
    `Pointer:  ${row.pointer}`,
    `Process:  ${row.process ?? 'unknown'}`,
    `Born:     ${time.birth(row.birthNs)}`,
    `Died:     ${time.death(row.deathNs)}`,
    `Lifetime: ${time.lifetime(row.lifetimeNs, row.deathNs)}`,
    `Status:   ${leakStatus(details)}`,
  ];
  if (details.otherNames.length > 0) lines.push(`Also named: ${details.otherNames.join(', ')}`);
  if (details.inheritedBy.length > 0) lines.push(`Inherited by: ${details.inheritedBy.join(', ')}`);
  if (details.map !== null) {
    const { base, end, size, offset, file } = details.map;
    lines.push(`View:     ${base} - ${end}, ${formatCount(size)} bytes at offset ${offset}, ${file ?? 'file unknown'}`);
  }
  lines.push('', `Handles (${formatCount(details.handles.length)})`);
  for (const handle of details.handles) lines.push(`  ${handleText(handle, time)}`);
  for (const [title, stack] of [
    ['Create stack', details.createStack],
    ['Destroy stack', details.destroyStack],
  ] as const) {
    if (stack !== null && stacks[stack] !== undefined)
      lines.push('', title, ...stackLines(stacks[stack]).map((line) => `  ${line}`));
  }
  if (details.ledger.length > 0) {
    lines.push('', 'References by stack (net: taken - given)');
    for (const entry of details.ledger) lines.push(`  ${ledgerText(entry, stacks)}`);
  }
  lines.push('', `Events (${formatCount(details.eventCount)})`);
  for (const event of details.events) lines.push(`  ${eventText(event, time)}`);
  const left = details.eventCount - details.events.length;
  if (left > 0) lines.push(`  … ${formatCount(left)} more`);
  return `${lines.join('\n')}\n`;
}

function handleText(handle: HandleRow, time: TimeFormat): string {
  const end =
    handle.closeNs === null ? END_WORDS[handle.end] : `${END_WORDS[handle.end]} ${time.moment(handle.closeNs)}`;
  const source = handle.source === null ? '' : `  from ${handle.source}`;
  const closer = handle.closedBy === null ? '' : `  by ${handle.closedBy}`;
  const start = `${START_WORDS[handle.start]} ${time.birth(handle.openNs)}`;
  return `${handle.owner ?? 'owner unknown'} ${handle.handle}  ${start}  ${end}${source}${closer}`;
}

function ledgerText(entry: LedgerRow, stacks: ObjectDetails['stacks']): string {
  const frame = entry.stack === null ? 'no stack' : mainFrame(stacks[entry.stack]);
  return `${signed(entry.net)}: ${entry.taken} - ${entry.given}  ${frame}`;
}

function eventText(event: EventRow, time: TimeFormat): string {
  const parts = [
    time.moment(event.ns),
    event.kind,
    `${event.process ?? 'unknown process'}/${event.tid ?? '?'}`,
    event.handle ?? '',
    referenceText(event),
    event.openHandles === null ? '' : `${event.openHandles} open`,
    event.note ?? '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** A frame in its parts: "module!function+0x1c" → module, function, offset. */
export function frameParts(frame: string): { module: string; name: string; offset: string } {
  const match = /^(?:([^!+]+)(?:!|(?=\+)))?(.*?)(\+0x[0-9a-f]+)?$/i.exec(frame);
  if (match === null) return { module: '', name: frame, offset: '' };
  return { module: match[1] ?? '', name: match[2] ?? '', offset: match[3] ?? '' };
}
