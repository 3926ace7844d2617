/** How far the trace can be believed: counts, and sentences about what is missing, lost or damaged (object-lifetimes.md, Trust). */
import type { HealthEntry, TrustRecord } from '../../shared/records.ts';
import type { ReadTrace } from '../etl/readTrace.ts';
import type { MatchedStacks } from '../stacks/match.ts';
import type { ResolvedStacks } from '../stacks/resolve.ts';
import type { DetailedEvents } from './detailed.ts';
import {
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_HANDLE_DUPLICATE,
  KIND_MAP,
  KIND_MAP_DC_END,
  KIND_MAP_DC_START,
  KIND_OBJECT_CREATE,
  KIND_OBJECT_DELETE,
  KIND_REF_CHANGE,
  KIND_UNMAP,
} from './model.ts';

/** Damaged places that are named one by one; the rest is counted. */
const MAX_DAMAGE_NAMED = 5;

export function trustRecord(
  read: ReadTrace,
  stacks: MatchedStacks,
  resolved: ResolvedStacks,
  detailed: DetailedEvents,
  eventCount: number,
  handles: { unknownOwner: number; lost: number; opensUnseen: number },
): TrustRecord {
  const { count: kinds } = detailed;
  const rundown = kinds[KIND_HANDLE_DC_START] + kinds[KIND_HANDLE_DC_END];
  const mapRundown = kinds[KIND_MAP_DC_START] + kinds[KIND_MAP_DC_END];
  const missing: TrustRecord['missing'] = [];
  if (!detailed.has(KIND_HANDLE_CREATE, KIND_HANDLE_CLOSE, KIND_HANDLE_DUPLICATE)) missing.push('handles');
  if (!detailed.has(KIND_OBJECT_CREATE, KIND_OBJECT_DELETE, KIND_REF_CHANGE)) missing.push('objects');
  if (!detailed.has(KIND_MAP, KIND_UNMAP)) missing.push('mappings');
  if (stacks.stackEvents === 0 && resolved.frames === 0) missing.push('stacks');
  if (rundown === 0) missing.push('rundown');
  if (read.decoder.processes.length === 0) missing.push('processes');
  if (read.decoder.images.length === 0) missing.push('images');
  return {
    eventsLost: read.header.eventsLost,
    buffersLost: read.header.buffersLost,
    damagedBuffers: read.damage.length,
    decodeErrors: read.decoder.decodeErrorCount,
    missing,
    objectEvents: eventCount - rundown - mapRundown,
    objectEventsWithStack: resolved.eventsWithStack,
    unresolvedKeys: stacks.unresolvedKeys,
    framesWithoutModule: resolved.framesWithoutModule,
    framesWithoutSymbol: resolved.frames,
    frames: resolved.frames,
    handlesWithUnknownOwner: handles.unknownOwner,
    handlesLost: handles.lost,
    opensUnseen: handles.opensUnseen,
  };
}

export function healthEntries(read: ReadTrace, trust: TrustRecord, surplusStacks: number): HealthEntry[] {
  const entries: HealthEntry[] = [...damageEntries(read)];
  const add = (severity: HealthEntry['severity'], code: string, message: string): void => {
    entries.push({ severity, code, message });
  };
  if (read.grownBy > 0) {
    add(
      'error',
      'fileGrew',
      `${read.path}: the file grew by ${count(read.grownBy, 'byte')} while it was read (offset ${read.bytes}); stop the recording and open it again.`,
    );
  }
  if (trust.eventsLost > 0 || trust.buffersLost > 0 || read.lossMarks > 0) {
    const lost = [
      trust.eventsLost > 0 ? count(trust.eventsLost, 'event') : '',
      trust.buffersLost > 0 ? count(trust.buffersLost, 'buffer') : '',
    ].filter((part) => part !== '');
    const what =
      lost.length > 0 ? lost.join(' and ') : `an unknown number of events (${count(read.lossMarks, 'buffer')} marked)`;
    add(
      'warning',
      'eventsLost',
      `The recording lost ${what}: opens or closes may be missing; record with more or larger buffers.`,
    );
  }
  if (trust.decodeErrors > 0) {
    const first = read.decoder.decodeErrors[0];
    const place = first.inCompressed
      ? `${first.offset} bytes into the compressed buffer at offset ${first.fileOffset}`
      : `offset ${first.fileOffset + first.offset}`;
    add(
      'warning',
      'decodeErrors',
      `${count(trust.decodeErrors, 'event')} could not be decoded, the first ${first.what} (${place}).`,
    );
  }
  entries.push(...missingEntries(trust));
  if (trust.unresolvedKeys > 0) {
    add(
      'warning',
      'unresolvedKeys',
      `${count(trust.unresolvedKeys, 'stack key')} never defined: these stacks are incomplete.`,
    );
  }
  if (surplusStacks > 0) {
    add('info', 'surplusStacks', `${count(surplusStacks, 'stack')} for events that have one already: not used.`);
  }
  if (trust.handlesWithUnknownOwner > 0) {
    add(
      'info',
      'unknownOwner',
      `${count(trust.handlesWithUnknownOwner, 'handle')} of which the owner is unknown (its process start is not in the trace).`,
    );
  }
  if (trust.handlesLost > 0) {
    add(
      'info',
      'closedUnseen',
      `${count(trust.handlesLost, 'handle')} closed unseen: marked lost, not counted as leaks.`,
    );
  }
  if (trust.opensUnseen > 0) {
    add('info', 'openedUnseen', `${count(trust.opensUnseen, 'handle')} opened unseen: the open event was lost.`);
  }
  return entries;
}

/**
 * What is to be said when names have been looked for; nothing where every frame that can have one has one. The frames of an event count
 * once an event.
 */
export function symbolEntries(trust: TrustRecord): HealthEntry[] {
  const unnamed = trust.framesWithoutSymbol - trust.framesWithoutModule;
  if (unnamed === 0) return [];
  const message = `${count(unnamed, 'stack frame')} of ${trust.frames.toLocaleString('en-US')} without a function name: the list of symbols says why.`;
  return [{ severity: 'info', code: 'framesWithoutSymbol', message }];
}

function damageEntries(read: ReadTrace): HealthEntry[] {
  const entries: HealthEntry[] = read.damage.slice(0, MAX_DAMAGE_NAMED).map((damage) => {
    const lost = damage.bytesLost > 0 ? `; ${count(damage.bytesLost, 'byte')} there could not be used` : '';
    const advice = damage.cutShort
      ? 'what is whole is shown; get the complete file'
      : 'the rest is shown; record or copy the trace again';
    const code = damage.cutShort ? 'cutShort' : 'damaged';
    return {
      severity: 'error',
      code,
      message: `${read.path}: ${damage.what} (offset ${damage.offset})${lost}; ${advice}.`,
    };
  });
  const more = read.damage.length - entries.length;
  if (more > 0) {
    entries.push({
      severity: 'error',
      code: 'damaged',
      message: `${read.path}: ${more} more damaged places; the rest is shown.`,
    });
  }
  return entries;
}

function missingEntries(trust: TrustRecord): HealthEntry[] {
  const missing = new Set(trust.missing);
  const entries: HealthEntry[] = [];
  if (missing.has('handles') && missing.has('objects') && missing.has('mappings')) {
    entries.push({
      severity: 'warning',
      code: 'noHandleEvents',
      message:
        'No handle, object or mapping events: record with the kernel keywords Handle, Object or VAMap (xperf: OB_HANDLE, OB_OBJECT, VAMAP).',
    });
    return entries;
  }
  if (missing.has('stacks')) {
    entries.push({
      severity: 'info',
      code: 'noStacks',
      message: 'No stacks: record with stack walking for HandleCreate, HandleClose and HandleDuplicate.',
    });
  }
  if (missing.has('rundown') && !missing.has('handles')) {
    entries.push({
      severity: 'info',
      code: 'noRundown',
      message: 'No handle rundown: what was open before the trace is unknown unless it was closed or duplicated.',
    });
  }
  if (missing.has('processes')) {
    entries.push({
      severity: 'warning',
      code: 'noProcesses',
      message:
        'No process events: processes have no names, exits and inheritance cannot be told; record with PROC_THREAD.',
    });
  }
  if (missing.has('images') && trust.objectEventsWithStack > 0) {
    entries.push({
      severity: 'warning',
      code: 'noImages',
      message: 'No image events: stack frames have no modules; record with LOADER.',
    });
  }
  return entries;
}

function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}
