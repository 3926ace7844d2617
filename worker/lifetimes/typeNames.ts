/** Names of object types, numbered as they are met. */
import type { Decoder } from '../events/decoder.ts';

export class TypeNames {
  readonly names: string[] = [];
  /** number of each type + 1, 0 not met */
  private readonly byType = new Int32Array(0x10000);
  private readonly decoder: Decoder;
  private readonly byName = new Map<string, number>();

  constructor(decoder: Decoder) {
    this.decoder = decoder;
  }

  /** Number of a type by its number in the trace (16 bits, 0 unknown). */
  of(type: number): number {
    const known = this.byType[type] - 1;
    if (known >= 0) return known;
    const name = this.decoder.typeNames.get(type);
    const index = this.number(
      name !== undefined ? this.decoder.strings.texts[name] : type === 0 ? 'Unknown' : `Type ${type}`,
    );
    this.byType[type] = index + 1;
    return index;
  }

  mapping(): number {
    return this.number('Mapping');
  }

  /** Number of the type of files, -1 where none was met. */
  file(): number {
    return this.byName.get('File') ?? -1;
  }

  private number(name: string): number {
    let index = this.byName.get(name);
    if (index === undefined) {
      index = this.names.push(name) - 1;
      this.byName.set(name, index);
    }
    return index;
  }
}
