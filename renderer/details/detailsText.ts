import type { EventRow, HandleEnd, HandleRow, HandleStart, ObjectDetails } from '../../shared/records.ts';
import { formatBirth, formatCount, formatDeath, formatLifetime, formatTime } from '../format.ts';

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

/** What an event did, beside its kind. */
export function eventNumbers(event: EventRow): string {
  const parts = [event.delta === null ? '' : signed(event.delta), event.refCount === null ? '' : `= ${event.refCount}`];
  return parts.filter((part) => part !== '').join(' ');
}

/** The whole pane as plain text, for bug reports. */
export function detailsAsText(details: ObjectDetails): string {
  const { row } = details;
  const lines = [
    `${row.type} #${row.id}  ${row.name ?? '(no name)'}`,
    `Pointer:  ${row.pointer}`,
    `Process:  ${row.process ?? 'unknown'}`,
    `Born:     ${formatBirth(row.birthNs)}`,
    `Died:     ${formatDeath(row.deathNs)}`,
    `Lifetime: ${formatLifetime(row.lifetimeNs, row.deathNs)}`,
    `Status:   ${leakStatus(details)}`,
  ];
  if (details.otherNames.length > 0) lines.push(`Also named: ${details.otherNames.join(', ')}`);
  if (details.inheritedBy.length > 0) lines.push(`Inherited by: ${details.inheritedBy.join(', ')}`);
  if (details.map !== null) {
    const { base, end, size, offset, file } = details.map;
    lines.push(`View:     ${base} - ${end}, ${formatCount(size)} bytes at offset ${offset}, ${file ?? 'file unknown'}`);
  }
  lines.push('', `Handles (${formatCount(details.handles.length)})`);
  for (const handle of details.handles) {
    lines.push(
      `  ${handle.owner ?? 'owner unknown'} ${handle.handle}  ${START_WORDS[handle.start]} ${formatBirth(handle.openNs)}  ` +
        `${END_WORDS[handle.end]}${handle.closeNs === null ? '' : ` ${formatTime(handle.closeNs)}`}` +
        `${handle.source === null ? '' : `  from ${handle.source}`}${handle.closedBy === null ? '' : `  by ${handle.closedBy}`}`,
    );
  }
  for (const [title, stack] of [
    ['Create stack', details.createStack],
    ['Destroy stack', details.destroyStack],
  ] as const) {
    const frames = stack === null ? undefined : details.stacks[stack]?.frames;
    if (frames !== undefined) lines.push('', title, ...frames.map((frame) => `  ${frame}`));
  }
  lines.push('', `Events (${formatCount(details.eventCount)})`);
  for (const event of details.events) {
    lines.push(
      `  ${formatTime(event.ns)}  ${event.kind}  ${event.process ?? 'unknown process'}/${event.tid ?? '?'}` +
        `${event.handle === null ? '' : `  ${event.handle}`}  ${eventNumbers(event)}${event.note === null ? '' : `  ${event.note}`}`.trimEnd(),
    );
  }
  if (details.events.length < details.eventCount) {
    lines.push(`  … ${formatCount(details.eventCount - details.events.length)} more`);
  }
  return `${lines.join('\n')}\n`;
}

/** A frame in its parts: "module!function+0x1c" → module, function, offset. */
export function frameParts(frame: string): { module: string; name: string; offset: string } {
  const match = /^(?:([^!+]+)(?:!|(?=\+)))?(.*?)(\+0x[0-9a-f]+)?$/i.exec(frame);
  if (match === null) return { module: '', name: frame, offset: '' };
  return { module: match[1] ?? '', name: match[2] ?? '', offset: match[3] ?? '' };
}

const SYSTEM_MODULES = /^(ntoskrnl|ntkrnlmp|ntdll|kernelbase|kernel32|win32u|wow64|wow64cpu|wow64win)(\.\w+)?$/i;

/** Frames of the system stand back, so that the program's own are seen first. */
export function isSystemFrame(module: string): boolean {
  return module === '' || SYSTEM_MODULES.test(module);
}
