/** Which functions a table has, what they are called and how far they reach: forged PDBs, one rule each. */
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../testing/byteWriter.ts';
import { functionAt } from './functions.ts';
import { functionsOf, nameAt, tableText } from './testing/openBytes.ts';
import { label, procedure, publicSymbol, separated, thunk, trampoline, type WrittenPdb } from './testing/pdbWriter.ts';

const SECTIONS = [
  { rva: 0x1000, size: 0x1000 },
  { rva: 0x3000, size: 0x1000, isCode: false },
  { rva: 0x5000, size: 0x800 },
];

type Records = (to: ByteWriter) => void;

function pdb(publics: Records, symbols: Records = () => undefined, more: Partial<WrittenPdb> = {}): WrittenPdb {
  const records = new ByteWriter();
  publics(records);
  const own = new ByteWriter();
  symbols(own);
  return { sections: SECTIONS, records, objects: [{ symbols: own, contribution: [1, 0, 0x1000] }], ...more };
}

const text = async (...args: Parameters<typeof pdb>): Promise<string[]> => tableText(await functionsOf(pdb(...args)));

describe('names of one address', () => {
  it('Nt before Zw, in any order of the records', async () => {
    const names = ['ZwCreateEvent', 'NtCreateEvent'];
    for (const order of [names, names.toReversed()]) {
      const table = await functionsOf(pdb((to) => order.forEach((name) => publicSymbol(to, name, 1, 0x10))));
      expect(nameAt(table, 0x1010)).toBe('NtCreateEvent');
    }
  });

  it('a procedure has the signature of its public symbol', async () => {
    const table = await text(
      (to) => publicSymbol(to, '?Create@EventManager@@SAXH@Z', 1, 0),
      (to) => procedure(to, 'EventManager::Create', 1, 0, 0x20),
    );
    expect(table).toEqual(['1000 +20 EventManager::Create(int)']);
  });

  it('of folded functions each procedure takes its own signature, then the first by letters', async () => {
    const table = await text(
      (to) => {
        publicSymbol(to, '?zero@B@@SAXH@Z', 1, 0);
        publicSymbol(to, '?one@A@@SAXXZ', 1, 0);
        publicSymbol(to, '??_GA@@UEAAPEAXI@Z', 1, 0);
      },
      (to) => {
        procedure(to, 'B::zero', 1, 0, 0x20);
        procedure(to, 'A::one', 1, 0, 0x20);
      },
    );
    expect(table).toEqual(['1000 +20 A::one(void)']);
  });

  it('a static procedure beats public symbols that mean others', async () => {
    const table = await text(
      (to) => {
        publicSymbol(to, '?a@@YAXXZ', 1, 0);
        publicSymbol(to, '?b@@YAXXZ', 1, 0);
      },
      (to) => procedure(to, 'local', 1, 0, 8, true),
    );
    expect(table).toEqual(['1000 +8 local']);
  });

  it('compiler-made parts and leading underscores come last', async () => {
    const names = ['??_GA@@UEAAPEAXI@Z', '__imp_free_base', '_free_base', 'free'];
    expect(await text((to) => names.forEach((name) => publicSymbol(to, name, 1, 0)))).toEqual(['1000 +1000 free']);
  });

  it('C decorations of 32-bit x86 go; on other machines an underscore is part of the name', async () => {
    const publics: Records = (to) => {
      publicSymbol(to, '_main', 1, 0);
      publicSymbol(to, '_CreateEventW@16', 1, 0x10);
      publicSymbol(to, '@fast@8', 1, 0x20);
    };
    const names = (table: string[]): string[] => table.map((line) => line.split(' ')[2]);
    expect(names(await text(publics, undefined, { machine: 0x14c }))).toEqual(['main', 'CreateEventW', 'fast']);
    expect(names(await text(publics))).toEqual(['_main', 'CreateEventW', 'fast']);
  });
});

describe('what is a function', () => {
  it('not data, not what the linker left out, not what lies behind its section', async () => {
    const table = await text(
      (to) => {
        publicSymbol(to, 'data', 2, 0);
        publicSymbol(to, 'leftOut', 0, 0);
        publicSymbol(to, 'noSection', 9, 0);
        publicSymbol(to, 'behind', 1, 0x1000);
        publicSymbol(to, '??_C@_05ABCD@hello?$AA@', 1, 0x40, 0);
        publicSymbol(to, 'code', 1, 0x80, 0);
      },
      (to) => procedure(to, 'leftOutToo', 0, 0, 0x10),
    );
    expect(table).toEqual(['1080 +f80 code']);
  });

  it('thunks and labels of assembly; not the labels inside of functions', async () => {
    const table = await text(
      () => undefined,
      (to) => {
        procedure(to, 'whole', 1, 0, 0x40);
        label(to, '$LN5', 1, 0x10);
        label(to, 'entryPoint', 1, 0x60);
        thunk(to, 'jump', 1, 0x80, 6);
      },
    );
    expect(table).toEqual(['1000 +40 whole', '1060 +0 entryPoint', '1080 +6 jump']);
  });

  it('cold code has the name of its function, an incremental jump that of its target', async () => {
    const table = await text(
      (to) => publicSymbol(to, '?f@@YAXH@Z', 1, 0x100),
      (to) => {
        trampoline(to, 1, 5, 5, 0x100);
        trampoline(to, 1, 10, 5, 0x999); // to nothing
        procedure(to, 'f', 1, 0x100, 0x20);
        separated(to, 1, 0x800, 0x30, 0x100);
      },
    );
    expect(table).toEqual(['1005 +5 ILT(f(int))', '1100 +20 f(int)', '1800 +30 f(int)']);
  });

  it('a public symbol inside of a procedure begins one that ends with it', async () => {
    const table = await functionsOf(
      pdb(
        (to) => publicSymbol(to, 'KiSystemServiceCopyEnd', 1, 0x30),
        (to) => procedure(to, 'KiSystemCall64', 1, 0, 0x80),
      ),
    );
    expect(tableText(table)).toEqual(['1000 +80 KiSystemCall64', '1030 +50 KiSystemServiceCopyEnd']);
    expect(nameAt(table, 0x102f)).toBe('KiSystemCall64');
    expect(nameAt(table, 0x107f)).toBe('KiSystemServiceCopyEnd');
    expect(nameAt(table, 0x1080)).toBe('');
  });
});

it('a procedure goes on behind a smaller one inside of it', async () => {
  const table = await text(
    (to) => publicSymbol(to, 'after', 1, 0x200),
    (to) => {
      procedure(to, 'outer', 1, 0, 0x100);
      procedure(to, 'first', 1, 0x20, 0x10);
      procedure(to, 'second', 1, 0x30, 0x10);
    },
  );
  expect(table).toEqual(['1000 +100 outer', '1020 +10 first', '1030 +10 second', '1040 +c0 outer', '1200 +e00 after']);
});

describe('look-ups', () => {
  it('a known size ends a function, an unknown one reaches to the next or the end of the section', async () => {
    const table = await functionsOf(
      pdb(
        (to) => {
          publicSymbol(to, 'first', 1, 0x100);
          publicSymbol(to, 'second', 1, 0x200);
          publicSymbol(to, 'third', 3, 0x10);
        },
        (to) => procedure(to, 'sized', 1, 0x180, 0x10),
      ),
    );
    const at = (...rvas: number[]): string[] => rvas.map((rva) => nameAt(table, rva));
    expect(at(0, 0x1000, 0x10ff, 0x1100, 0x117f)).toEqual(['', '', '', 'first', 'first']);
    expect(at(0x1180, 0x118f, 0x1190, 0x11ff)).toEqual(['sized', 'sized', '', '']);
    expect(at(0x1200, 0x1fff, 0x2000, 0x5000)).toEqual(['second', 'second', '', '']);
    expect(at(0x5010, 0x57ff, 0x5800, 0xffffffff)).toEqual(['third', 'third', '', '']);
    expect(table.endRva).toBe(0x5800);
  });

  it('an empty table has nothing', async () => {
    const table = await functionsOf({ sections: [] });
    expect(table.length).toBe(0);
    expect(functionAt(table, 0)).toBe(-1);
  });
});

describe('OMAP', () => {
  // Source: a [1000,1040), b [1040,1080), c [1080,10c0). Final: b, then a's two halves with c and 8 new bytes between them.
  const moved: [number, number][] = [
    [0x7000, 0x1040],
    [0x7040, 0x1000],
    [0x7060, 0x1080],
    [0x70a0, 0],
    [0x70a8, 0x1020],
    [0x70c8, 0],
  ];
  const fromSource: [number, number][] = [
    [0x1000, 0x7040],
    [0x1020, 0x70a8],
    [0x1040, 0x7000],
    [0x1080, 0x7060],
    [0x10c0, 0],
  ];
  const symbols: Records = (to) => {
    procedure(to, 'a', 1, 0, 0x40);
    procedure(to, 'b', 1, 0x40, 0x40);
    procedure(to, 'c', 1, 0x80, 0x40);
  };
  const layout = { sections: [{ rva: 0x7000, size: 0x200 }], originalSections: SECTIONS };

  it('functions are where the final image has them, a torn one in pieces', async () => {
    const table = await text(() => undefined, symbols, { ...layout, omapToSource: moved, omapFromSource: fromSource });
    expect(table).toEqual(['7000 +40 b', '7040 +20 a', '7060 +40 c', '70a8 +20 a']);
  });

  it('new code between two pieces of a function that stand in order is the function’s', async () => {
    const omapToSource: [number, number][] = [
      [0x7000, 0x1000],
      [0x7020, 0],
      [0x7028, 0x1020],
      [0x7048, 0],
    ];
    expect(await text(() => undefined, symbols, { ...layout, omapToSource })).toEqual(['7000 +48 a']);
  });

  it('the table of the other direction is enough', async () => {
    const table = await functionsOf(pdb(() => undefined, symbols, { ...layout, omapFromSource: fromSource }));
    for (const [rva, name] of [
      [0x7000, 'b'],
      [0x7040, 'a'],
      [0x7060, 'c'],
      [0x70a8, 'a'],
    ] as const) {
      expect(nameAt(table, rva)).toBe(name);
    }
  });
});
