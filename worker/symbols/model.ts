/**
 * The words of symbols: which PDB a module needs, where it was found, the functions in it. worker/symbols/pdb reads files, store finds
 * them, cache keeps what was read, loadSymbols.ts puts it together for a trace.
 */

/** What an image says of its PDB (RSDS record). All of it comes from the trace: untrusted. */
export interface PdbIdentity {
  /** as the linker wrote it: a base name, or a path of the machine that built it */
  name: string;
  /** "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", lower case */
  guid: string;
  age: number;
}

/** Why a file is no usable PDB. `portable`: a PDB of managed code (its methods have no addresses before they are compiled). */
export const SYMBOL_PROBLEMS = ['corrupt', 'portable', 'unsupported', 'io', 'tooLarge'] as const;
export type SymbolProblem = (typeof SYMBOL_PROBLEMS)[number];

/** A symbol file that cannot be used: one sentence with the file, the offset where there is one, and what to do. */
export class SymbolError extends Error {
  readonly problem: SymbolProblem;
  readonly file: string;
  /** byte offset in the file, null where none can be named */
  readonly offset: number | null;

  constructor(problem: SymbolProblem, message: string, file: string, offset: number | null = null) {
    super(message);
    this.name = 'SymbolError';
    this.problem = problem;
    this.file = file;
    this.offset = offset;
  }
}

/** GUID and ages of a PDB file. A reader may have raised the age in the info stream; the image was linked with that of the DBI stream. */
export interface PdbFileIdentity {
  guid: string;
  /** of the PDB info stream */
  infoAge: number;
  /** of the DBI stream; null where there is none */
  dbiAge: number | null;
}

/**
 * The functions of a module in order of their address; columns. Names are undecorated in full form ("EventManager::Create(int)"), UTF-8, one
 * behind the other. One function an address: which name of several is taken is said in pdb/functions.ts.
 */
export interface FunctionTable {
  length: number;
  /** offset from the module's base, ascending, no two alike */
  rva: Uint32Array;
  /** bytes; 0 unknown (a public symbol): then it reaches to the next function or the end of its section */
  size: Uint32Array;
  /** name of function i: names[nameStart[i] … nameStart[i + 1]); length + 1 entries */
  nameStart: Uint32Array;
  names: Uint8Array;
  /** end of the last section with code: an address behind it belongs to no function */
  endRva: number;
}

/** Where code was written; what a private PDB knows about one address. Lines count from 1. */
export interface SourcePlace {
  file: string;
  line: number;
}

/** One call that the compiler folded into its caller; innermost first. */
export interface InlinedCall {
  /** undecorated, full form */
  name: string;
  /** where the code at the address was written */
  place: SourcePlace | null;
}

/** What the line tables say about one address of a module. */
export interface AddressSource {
  /** of the function that stands in the function table (the outermost): the line of the call when there are inlined ones */
  place: SourcePlace | null;
  inlined: InlinedCall[];
}

/** An opened PDB; reads on demand, so a file of gigabytes costs no more than what is asked of it. */
export interface PdbReader {
  readonly path: string;
  readonly identity: PdbFileIdentity;
  /** Publics and procedures as one table. @throws SymbolError corrupt; AbortError of the signal */
  functions(signal?: AbortSignal): Promise<FunctionTable>;
  /** Lines and inlined calls of addresses (offsets from the module's base), in the order of the request; empty answers where the PDB has none. */
  sources(rvas: readonly number[], signal?: AbortSignal): Promise<AddressSource[]>;
  close(): Promise<void>;
}

/** What the cache keeps of a module on disk. */
export interface CachedSymbols {
  functions: FunctionTable;
  /** answers that were given before, by offset: only those of traces that were looked at */
  sources: Map<number, AddressSource>;
  /** the PDB that it was read from, as a path or an address: to say where names come from */
  origin: string;
}

/** One place that was looked into, and what came of it: "not there", "HTTP 404", "is for another build (GUID …)". */
export interface TriedPlace {
  where: string;
  outcome: string;
}

export type FoundPdb =
  | { state: 'found'; path: string; origin: string; tried: TriedPlace[] }
  | { state: 'notFound' | 'mismatch' | 'corrupt' | 'portable' | 'failed'; tried: TriedPlace[] }
  /** a server would have to be asked and the user has not allowed it */
  | { state: 'notAllowed'; tried: TriedPlace[] };
