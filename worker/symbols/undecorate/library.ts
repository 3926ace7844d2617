/**
 * The library that reads decorated C++ names (gecko-profiler-demangle: WebAssembly made from Rust), instantiated here: its own index.js
 * imports the .wasm as a module, which Node 20 cannot, and its index_bg.js keeps a view of the first instance's memory, which is
 * wrong for a second. A name that the library cannot bear ends its instance; the next name gets a new one.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A trap also comes from a name that asks for more memory than this: back references let 200 bytes stand for gigabytes. */
const MAX_MEMORY_PAGES = 512; // of 64 KB
const SECTION_MEMORY = 5;
const WASM_HEADER = 8;

interface Exports {
  memory: WebAssembly.Memory;
  __wbindgen_export_0: WebAssembly.Table;
  __wbindgen_malloc: (size: number, align: number) => number;
  __wbindgen_free: (at: number, size: number, align: number) => void;
  __wbindgen_start: () => void;
  /** takes the string at [at, at + size) for its own; the result is the caller's to free */
  demangle_any: (at: number, size: number) => [number, number];
}

let module: WebAssembly.Module | null = null;
let instance: Exports | null = null;
let problem: string | null = null;

/** Why names stay decorated: the library could not be loaded. null where it could, or was not needed yet. */
export function undecorateProblem(): string | null {
  return problem;
}

/** The name in full form; null where the library does not know it, cannot bear it or is not there. */
export function demangle(name: string): string | null {
  const exports = instance ?? instantiate();
  if (exports === null) return null;
  try {
    const bytes = Buffer.from(name);
    const at = exports.__wbindgen_malloc(bytes.length, 1) >>> 0;
    new Uint8Array(exports.memory.buffer).set(bytes, at);
    const [start, size] = exports.demangle_any(at, bytes.length);
    const result = Buffer.from(exports.memory.buffer, start >>> 0, size >>> 0).toString('utf8');
    exports.__wbindgen_free(start, size, 1);
    return result === name ? null : result;
  } catch {
    instance = null;
    return null;
  }
}

function instantiate(): Exports | null {
  if (problem !== null) return null;
  try {
    module ??= new WebAssembly.Module(withMemoryLimit(readFileSync(wasmFile())));
    const imports = { __wbindgen_init_externref_table: () => fillReferences(exports.__wbindgen_export_0) };
    const exports = new WebAssembly.Instance(module, { './index_bg.js': imports }).exports as unknown as Exports;
    exports.__wbindgen_start();
    instance = exports;
    return exports;
  } catch (error) {
    problem = `C++ names stay decorated: the library that reads them cannot be loaded (${error instanceof Error ? error.message : String(error)}); install the program again.`;
    return null;
  }
}

/** Found at run time: the bundle of the worker stands elsewhere than this source, beside the same node_modules. */
function wasmFile(): string {
  return createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
}

/** What the library's start function expects of its host: the constants that JavaScript values may be. */
function fillReferences(table: WebAssembly.Table): void {
  const first = table.grow(4);
  table.set(0, undefined);
  [undefined, null, true, false].forEach((value, index) => table.set(first + index, value));
}

/**
 * The same module with an upper bound for its memory. The library's own has none, and 4 GB of name would be built before it stops.
 * Memory section: u8 5, size, count 1, flag (0 no maximum, 1 maximum follows), minimum, maximum; numbers are LEB128.
 */
function withMemoryLimit(wasm: Buffer): Uint8Array<ArrayBuffer> {
  let at = WASM_HEADER;
  while (at < wasm.length) {
    const id = wasm[at];
    const size = leb128(wasm, at + 1);
    const end = size.end + size.value;
    if (id === SECTION_MEMORY) {
      if (wasm[size.end] !== 1 || wasm[size.end + 1] !== 0) throw new Error('its memory is not declared as expected');
      const minimum = leb128(wasm, size.end + 2).value;
      const body = [1, 1, ...toLeb128(minimum), ...toLeb128(Math.max(minimum, MAX_MEMORY_PAGES))];
      return Buffer.concat([
        wasm.subarray(0, at + 1),
        Buffer.from([...toLeb128(body.length), ...body]),
        wasm.subarray(end),
      ]);
    }
    at = end;
  }
  throw new Error('it declares no memory');
}

function leb128(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return { value, end: at };
}

function toLeb128(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
