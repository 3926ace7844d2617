/** From what a PDB says of a module to the names of the frames in it. */
import type { FrameSymbol, StackTable } from '../lifetimes/model.ts';
import { oneLine } from '../query/texts.ts';
import type { AddressSource, FunctionTable } from './model.ts';
import { functionAt, functionName } from './pdb/functions.ts';

/** The distinct frames in each module. */
export function framesByModule(stacks: StackTable): number[][] {
  const frames: number[][] = stacks.modules.map(() => []);
  for (let frame = 0; frame < stacks.frameCount; frame++) frames[stacks.frameModule(frame)]?.push(frame);
  return frames;
}

/**
 * The address whose source line a frame shows. All frames but the innermost hold the address that a call returns to, which can be the next
 * statement already; the call itself lies before it.
 */
export function sourceRva(offset: number): number {
  return offset > 0 ? offset - 1 : 0;
}

/** What a PDB says of a module, as symbols of frames, names in full form. */
export class ModuleNames {
  private readonly functions: FunctionTable;
  private readonly sources: ReadonlyMap<number, AddressSource>;
  /** by function: many frames share one */
  private readonly names: string[] = [];

  constructor(functions: FunctionTable, sources: ReadonlyMap<number, AddressSource>) {
    this.functions = functions;
    this.sources = sources;
  }

  /** The symbol of an offset in the module; null where no function covers it. */
  at(offset: number): FrameSymbol | null {
    const index = functionAt(this.functions, offset);
    if (index < 0) return null;
    const source = this.sources.get(sourceRva(offset));
    return {
      // A line break in a name would make one frame look like two.
      name: (this.names[index] ??= oneLine(functionName(this.functions, index))),
      offset: offset - this.functions.rva[index],
      place: source?.place ? { file: oneLine(source.place.file), line: source.place.line } : null,
      inlined: source?.inlined.map((call) => oneLine(call.name)) ?? [],
    };
  }
}
