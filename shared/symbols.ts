/** Symbols of an opened trace: which modules have function names, where those come from, and why the others have none. */
import { z } from 'zod';
import type { TraceSummary } from './records.ts';

/**
 * - `waiting`, `loading`: its turn comes, it is being looked for or read
 * - `named`: its functions have names
 * - `noIdentity`: the trace does not say which PDB it needs (not merged, or the image was gone)
 * - `notFound`: in none of the places; `notAllowed`: only a server could have it, and none may be asked
 * - `mismatch`: only PDBs of other builds; `corrupt`, `portable` (managed code): found, cannot be used
 * - `failed`: network or disk
 */
export const SYMBOL_STATES = [
  'waiting',
  'loading',
  'named',
  'noIdentity',
  'notFound',
  'notAllowed',
  'mismatch',
  'corrupt',
  'portable',
  'failed',
] as const;
export type SymbolState = (typeof SYMBOL_STATES)[number];

/** How function names are shown: `short` without parameters and template arguments, `full` as undecorated. */
export const NAME_FORMS = ['short', 'full'] as const;
export type NameForm = (typeof NAME_FORMS)[number];

export interface SymbolModule {
  /** index, to name it in requests */
  module: number;
  /** file name, as in `module!function` */
  name: string;
  path: string;
  /** file version, null where the trace has none */
  version: string | null;
  /** what the trace says of its PDB: GUID in lower case with dashes */
  pdb: { name: string; guid: string; age: number } | null;
  /** frames of object, handle and mapping events in it, and how many of them have a function */
  frames: number;
  framesNamed: number;
  state: SymbolState;
  /** one sentence for every state but `named`: why, and what to do */
  detail: string;
  /** path or address of the PDB that is used, null where none is */
  origin: string | null;
  /** where was looked, in order, and what came of it */
  tried: { where: string; outcome: string }[];
  /** a system module by its path ("just my code") */
  system: boolean;
}

/** Short state for the trust bar. `version` rises whenever names have changed: what was asked before shows old names. */
export interface SymbolStatus {
  version: number;
  loading: boolean;
  /** frames of object, handle and mapping events; those with a module; those with a function */
  frames: number;
  framesWithModule: number;
  framesNamed: number;
  modules: number;
  modulesNamed: number;
}

export interface SymbolsReport {
  status: SymbolStatus;
  /** the symbol path in force, in the notation of _NT_SYMBOL_PATH */
  path: string;
  /** where it is from */
  pathFrom: 'request' | 'environment' | 'setting' | 'default';
  /** sentences about elements of the path that make no sense */
  pathProblems: string[];
  /** servers may be asked: the user has said so */
  download: boolean;
  names: NameForm;
  /** most frames first; modules without a frame in the events' stacks are not in it */
  modules: SymbolModule[];
}

export const loadSymbolsSchema = z.object({
  /** notation of _NT_SYMBOL_PATH; absent: environment, else the setting, else Microsoft's server with the default cache */
  path: z.string().max(32_767).optional(),
  /** true: the user allows servers to be asked; false: local folders and the cache only; absent: as the setting says */
  download: z.boolean().optional(),
  /** no network at all, also not where the setting allows it */
  offline: z.boolean().optional(),
  /** http: servers beyond this machine too */
  allowHttp: z.boolean().optional(),
  /** asks again for what was not found within the last day */
  retry: z.boolean().optional(),
  names: z.enum(NAME_FORMS).optional(),
  /** keeps path, download and names as the user's setting */
  remember: z.boolean().optional(),
});
export type LoadSymbolsRequest = z.infer<typeof loadSymbolsSchema>;

/** A file that the user picked for a module; it must match like any other. The host knows the path, never a renderer. */
export const usePdbSchema = z.object({
  module: z.number().int().min(0),
  path: z.string().min(1),
  /** what it is called where the path is none of the user's own (an upload): names are said to come from it */
  displayName: z.string().max(255).optional(),
});
export type UsePdbRequest = z.infer<typeof usePdbSchema>;

/** Names can turn closes into sweeps, so the counts of the trace come along. */
export interface SymbolsResult {
  report: SymbolsReport;
  summary: TraceSummary;
}
