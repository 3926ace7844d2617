/**
 * The symbols of one opened trace: which modules need which PDB, what came of looking for it, and the trace with the names that are known so
 * far. loadSymbols.ts fills it.
 */
import type { NameForm, SymbolModule, SymbolsReport, SymbolState, SymbolStatus } from '../../shared/symbols.ts';
import type { FrameSymbol, Trace } from '../lifetimes/model.ts';
import { countFrames, frameUses, type FrameCounts, type FrameSymbols } from './frameUses.ts';
import type { AddressSource, FunctionTable, PdbIdentity, TriedPlace } from './model.ts';
import { framesByModule, ModuleNames } from './moduleNames.ts';
import { nameTrace } from './namedTrace.ts';
import { detailOf } from './sentences.ts';
import { shortName } from './undecorate/shortName.ts';

/** Modules of the trace that need the same PDB: it is looked for once. */
export interface PdbUnit {
  /** null: the trace does not say; then it is one module's */
  readonly pdb: PdbIdentity | null;
  readonly modules: readonly number[];
  /** frames of events in them */
  readonly uses: number;
  state: SymbolState;
  /** what went wrong, where no tried place says it */
  reason: string | undefined;
  origin: string | null;
  tried: readonly TriedPlace[];
}

/** Under which rules was looked last. */
export type LookingRules = Pick<SymbolsReport, 'path' | 'pathFrom' | 'pathProblems' | 'download'> & {
  offline: boolean;
};

export class TraceSymbols {
  /** most frames first; modules without a frame in the stacks of events are in none */
  readonly units: readonly PdbUnit[];
  /** with the names that are published */
  trace: Trace;
  loading = false;
  rules: LookingRules | null = null;
  private readonly base: Trace;
  private readonly uses: Float64Array;
  private readonly frames: readonly number[][];
  private readonly usesOfModule: readonly number[];
  /** by frame, names in full form and as they are shown; more than is published while a job runs */
  private readonly full: (FrameSymbol | null)[];
  private readonly shown: (FrameSymbol | null)[];
  private readonly shortNames = new Map<string, string>();
  private form: NameForm = 'short';
  private version = 0;
  private counts: FrameCounts;
  private modulesNamed = 0;
  private dirty = false;

  constructor(trace: Trace) {
    this.base = trace;
    this.trace = trace;
    this.uses = frameUses(trace);
    this.frames = framesByModule(trace.stacks);
    this.full = new Array<FrameSymbol | null>(trace.stacks.frameCount).fill(null);
    this.shown = this.full.slice();
    this.counts = countFrames(trace, this.shown);
    this.usesOfModule = this.frames.map((frames) => sumOf(frames, (frame) => this.uses[frame]));
    this.units = this.unitsOf(trace);
  }

  get names(): NameForm {
    return this.form;
  }

  moduleName(module: number): string {
    return this.base.stacks.modules[module];
  }

  /** Names that are not published yet. */
  get hasNews(): boolean {
    return this.dirty;
  }

  /** Offsets in a unit's modules that frames have. */
  offsets(unit: PdbUnit): number[] {
    const offsets = new Set<number>();
    for (const module of unit.modules) {
      for (const frame of this.frames[module]) offsets.add(this.base.stacks.frameOffset(frame));
    }
    return [...offsets];
  }

  /** Takes what a PDB says of a unit. Its names are shown after {@link publish}. */
  name(unit: PdbUnit, functions: FunctionTable, sources: ReadonlyMap<number, AddressSource>, origin: string): void {
    const names = new ModuleNames(functions, sources);
    for (const module of unit.modules) {
      for (const frame of this.frames[module]) {
        this.full[frame] = names.at(this.base.stacks.frameOffset(frame));
        this.shown[frame] = this.inForm(this.full[frame]);
      }
    }
    unit.state = 'named';
    unit.origin = origin;
    unit.reason = undefined;
    this.dirty = true;
  }

  isNamed(unit: PdbUnit): boolean {
    return unit.state === 'named';
  }

  setForm(form: NameForm): void {
    if (form === this.form) return;
    this.form = form;
    this.full.forEach((symbol, frame) => (this.shown[frame] = this.inForm(symbol)));
    this.dirty ||= this.full.some((symbol) => symbol !== null);
  }

  /** Makes the trace with all names that are known. */
  publish(): void {
    if (!this.dirty) return;
    this.dirty = false;
    this.version++;
    const shown: FrameSymbols = this.shown.slice();
    this.trace = nameTrace(this.base, shown);
    this.counts = countFrames(this.base, shown);
    this.modulesNamed = sumOf(this.units, (unit) => (unit.state === 'named' ? unit.modules.length : 0));
  }

  status(): SymbolStatus {
    return {
      version: this.version,
      loading: this.loading,
      frames: this.counts.frames,
      framesWithModule: this.counts.withModule,
      framesNamed: this.counts.named,
      modules: sumOf(this.units, (unit) => unit.modules.length),
      modulesNamed: this.modulesNamed,
    };
  }

  modules(): SymbolModule[] {
    return this.units
      .flatMap((unit) => unit.modules.map((module) => this.moduleRow(unit, module)))
      .sort((a, b) => b.frames - a.frames || a.module - b.module);
  }

  unitOf(module: number): PdbUnit | null {
    return this.units.find((unit) => unit.modules.includes(module)) ?? null;
  }

  private unitsOf({ stacks }: Trace): PdbUnit[] {
    const byPdb = new Map<string, number[]>();
    stacks.modules.forEach((_, module) => {
      if (this.usesOfModule[module] === 0) return;
      const pdb = stacks.modulePdbs[module];
      const key = pdb === null ? `module ${module}` : `${pdb.guid} ${pdb.age} ${pdb.name.toLowerCase()}`;
      const modules = byPdb.get(key);
      if (modules === undefined) byPdb.set(key, [module]);
      else modules.push(module);
    });
    return [...byPdb.values()]
      .map((modules): PdbUnit => {
        const pdb = stacks.modulePdbs[modules[0]];
        const state = pdb === null ? 'noIdentity' : 'waiting';
        const uses = sumOf(modules, (module) => this.usesOfModule[module]);
        return { pdb, modules, uses, state, reason: undefined, origin: null, tried: [] };
      })
      .sort((a, b) => b.uses - a.uses || a.modules[0] - b.modules[0]);
  }

  private moduleRow(unit: PdbUnit, module: number): SymbolModule {
    const { stacks } = this.base;
    const { state, pdb, origin, tried, reason } = unit;
    const name = stacks.modules[module];
    return {
      module,
      name,
      path: stacks.modulePaths[module],
      version: stacks.moduleVersions[module],
      pdb,
      frames: this.usesOfModule[module],
      framesNamed: sumOf(this.frames[module], (frame) => (this.full[frame] === null ? 0 : this.uses[frame])),
      state,
      detail:
        state === 'named'
          ? ''
          : detailOf({ state, module: name, pdb, tried, reason, offline: this.rules?.offline ?? false }),
      origin,
      tried: [...tried],
      system: stacks.moduleSystem[module] === 1,
    };
  }

  private inForm(symbol: FrameSymbol | null): FrameSymbol | null {
    if (symbol === null || this.form === 'full') return symbol;
    return {
      ...symbol,
      name: this.shortNameOf(symbol.name),
      inlined: symbol.inlined.map((name) => this.shortNameOf(name)),
    };
  }

  private shortNameOf(full: string): string {
    let short = this.shortNames.get(full);
    if (short === undefined) this.shortNames.set(full, (short = shortName(full)));
    return short;
  }
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
}
