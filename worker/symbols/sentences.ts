/** What is said of a module that has no names: why, and what to do. */
import type { SymbolState } from '../../shared/symbols.ts';
import type { PdbIdentity, TriedPlace } from './model.ts';

export interface Unnamed {
  state: Exclude<SymbolState, 'named'>;
  /** file name of the module */
  module: string;
  pdb: PdbIdentity | null;
  tried: readonly TriedPlace[];
  /** no server was asked because none may be */
  offline: boolean;
  /** what went wrong, where no tried place says it */
  reason?: string;
}

/** One sentence, or two where there is something to do. */
export function detailOf({ state, module, pdb, tried, offline, reason }: Unnamed): string {
  const wanted = pdb === null ? '' : `${pdbFileName(pdb.name)} (GUID ${pdb.guid}, age ${pdb.age})`;
  const why = reason ?? tellingOutcome(tried);
  switch (state) {
    case 'waiting':
      return `${wanted} has not been looked for yet: load symbols.`;
    case 'loading':
      return `${wanted} is being looked for or read.`;
    case 'noIdentity':
      return `The trace does not say which PDB ${module} needs. Merge it on the machine that recorded it (xperf -merge, wpr -stop), which adds what identifies the images.`;
    case 'notFound':
      return tried.length === 0
        ? `There is no place to look for ${wanted}: set a symbol path.`
        : `${wanted} is ${notIn(tried)}${offline ? ' (offline: no server was asked)' : ''}. Add its folder or server to the symbol path, or choose the file.`;
    case 'notAllowed':
      return `${wanted} is in no local place${butFound(tried)}, and servers may not be asked yet: allow downloads.`;
    case 'mismatch':
      return `Only PDBs of other builds were found; ${module} needs ${wanted}. Get the PDB that was built with it.`;
    case 'corrupt':
      return `The PDB that was found cannot be used: ${ended(why)} Get ${wanted} again.`;
    case 'portable':
      return `${pdbFileName(pdb?.name ?? module)} is a portable PDB (managed code), whose methods have no addresses. Only the PDB of a native image helps: put it into a folder named like the trace with ".NGENPDB" behind.`;
    case 'failed':
      return `Looking for ${wanted} failed: ${ended(why)} Try again, or choose the file.`;
  }
}

/** Outcomes that say no more than that a place does not have it. */
const PLAIN_OUTCOME = /^(not there|no such folder|HTTP 4(04|10)\b|not asked|found)/;
const OTHER_BUILD = /^is for another build/;

/** What went wrong on the way, and where. */
function tellingOutcome(tried: readonly TriedPlace[]): string {
  const telling = tried.filter(({ outcome }) => !PLAIN_OUTCOME.test(outcome));
  const place = telling.findLast(({ outcome }) => !OTHER_BUILD.test(outcome)) ?? tried.at(-1);
  return place === undefined ? 'no place was looked into' : `${place.where}: ${place.outcome}`;
}

/** A file that was there and cannot be used is told even where a server comes next. */
function butFound(tried: readonly TriedPlace[]): string {
  const place = tried.findLast(({ outcome }) => !PLAIN_OUTCOME.test(outcome));
  return place === undefined ? '' : ` (${place.where}: ${place.outcome.replace(/\.$/, '')})`;
}

/** The file name of a PDB, which can stand with the path that it had on the machine that built the module. */
export function pdbFileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
}

function notIn(tried: readonly TriedPlace[]): string {
  return tried.length === 1
    ? 'not in the one place that was looked into'
    : `in none of the ${tried.length} places that were looked into`;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
