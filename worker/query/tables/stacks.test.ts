import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IcicleRequest, StackTreePage, StackTreeRequest } from '../../../shared/stackTree.ts';
import { isRundownKind, OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, type Trace } from '../../lifetimes/model.ts';
import { objectColumn } from '../objectColumns.ts';
import { SelectionCache } from '../selectionCache.ts';
import { stackTree } from '../stackTree.ts';
import { arbitraryTrace } from '../testing/arbitraryTrace.ts';
import { traceFixture } from '../testing/traceFixture.ts';
import { textsOf } from '../texts.ts';
import { icicleOf } from './icicle.ts';
import { stackTreePage } from './stackTreePage.ts';

function pageOf(cache: SelectionCache, request: Partial<StackTreeRequest> = {}): StackTreePage {
  return stackTreePage(cache, {
    filter: {},
    by: 'create',
    inverted: false,
    onlyLeaks: false,
    foldSystem: false,
    openNodes: [],
    firstRow: 0,
    rowCount: 1000,
    ...request,
  });
}

function allOpen(cache: SelectionCache, request: Partial<StackTreeRequest> = {}): StackTreePage {
  let page = pageOf(cache, request);
  for (;;) {
    const openNodes = page.rows.filter(({ children }) => children).map(({ key }) => key);
    const next = pageOf(cache, { ...request, openNodes });
    if (next.total === page.total) return next;
    page = next;
  }
}

/** "label created openAtEnd leaked leakedAtExit self", indented by depth */
function drawn({ rows }: StackTreePage): string[] {
  return rows.map(
    ({ depth, label, created, openAtEnd, leaked, leakedAtExit, self }) =>
      `${' '.repeat(depth)}${label} ${created} ${openAtEnd} ${leaked} ${leakedAtExit} ${self}`,
  );
}

const trace = traceFixture({
  processes: [{ name: 'a.exe', pid: 1 }],
  // leaf first
  stacks: {
    one: [
      'ntoskrnl.exe+0x9',
      'ntdll.dll+0x1',
      'app.exe!Make+0x1',
      'app.exe!main+0x2',
      'ntdll.dll+0x7',
      'kernel32.dll+0x3',
    ],
    two: [
      'ntoskrnl.exe+0x9',
      'ntdll.dll+0x2',
      'app.exe!Make+0x1',
      'app.exe!main+0x2',
      'ntdll.dll+0x7',
      'kernel32.dll+0x3',
    ],
    three: ['app.exe!Other+0x1', 'app.exe!main+0x2', 'ntdll.dll+0x7', 'kernel32.dll+0x3'],
    close: ['app.exe!Close+0x1'],
  },
  objects: [
    { handles: [{ owner: 'a.exe', value: 4, open: 1, openStack: 'one' }] },
    {
      handles: [
        { owner: 'a.exe', value: 8, open: 2, close: 3, openStack: 'two', closeStack: 'close', end: 'processExit' },
      ],
    },
    { handles: [{ owner: 'a.exe', value: 12, open: 4, close: 5, openStack: 'three', closeStack: 'close' }] },
    { type: 'Key', handles: [{ owner: 'a.exe', value: 16, dcStart: 6 }] },
  ],
});
const cache = new SelectionCache(trace);

describe('the tree of stacks', () => {
  it('top-down goes from the outermost frame', () => {
    expect(drawn(allOpen(cache))).toEqual([
      'kernel32.dll+0x3 3 1 1 1 0',
      ' ntdll.dll+0x7 3 1 1 1 0',
      '  app.exe!main+0x2 3 1 1 1 0',
      '   app.exe!Make+0x1 2 1 1 1 0',
      '    ntdll.dll+0x1 1 1 1 0 0',
      '     ntoskrnl.exe+0x9 1 1 1 0 1',
      '    ntdll.dll+0x2 1 0 0 1 0',
      '     ntoskrnl.exe+0x9 1 0 0 1 1',
      '   app.exe!Other+0x1 1 0 0 0 1',
      '(no stack) 1 1 0 0 1',
    ]);
  });

  it('is closed at first', () => {
    const page = pageOf(cache);
    expect(drawn(page)).toEqual(['kernel32.dll+0x3 3 1 1 1 0', '(no stack) 1 1 0 0 1']);
    expect(page.rows.map(({ children, open }) => [children, open])).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(page).toMatchObject({ total: 2, created: 4, leaked: 1, withoutStack: 1 });
  });

  it('bottom-up goes from the innermost', () => {
    expect(drawn(pageOf(cache, { inverted: true }))).toEqual([
      'ntoskrnl.exe+0x9 2 1 1 1 0',
      'app.exe!Other+0x1 1 0 0 0 0',
      '(no stack) 1 1 0 0 1',
    ]);
  });

  it('folds system frames in a row into one node, the same for all that sound alike', () => {
    expect(drawn(allOpen(cache, { foldSystem: true }))).toEqual([
      '2 system frames: kernel32.dll … ntdll.dll 3 1 1 1 0',
      ' app.exe!main+0x2 3 1 1 1 0',
      '  app.exe!Make+0x1 2 1 1 1 0',
      '   2 system frames: ntdll.dll … ntoskrnl.exe 2 1 1 1 2',
      '  app.exe!Other+0x1 1 0 0 0 1',
      '(no stack) 1 1 0 0 1',
    ]);
    expect(allOpen(cache, { foldSystem: true }).rows.map(({ system }) => system)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('only of what leaks, at exit included', () => {
    expect(drawn(pageOf(cache, { onlyLeaks: true }))).toEqual(['kernel32.dll+0x3 2 1 1 1 0']);
  });

  it('by the destroying stack, and by all of them', () => {
    expect(drawn(pageOf(cache, { by: 'destroy' }))).toEqual(['app.exe!Close+0x1 2 0 0 1 2', '(no stack) 2 2 1 0 2']);
    expect(drawn(pageOf(cache, { by: 'any' }))).toEqual(['kernel32.dll+0x3 3 1 1 1 0', 'app.exe!Close+0x1 2 0 0 1 2']);
  });

  it('keeps the keys of nodes under other filters', () => {
    const before = new Map(allOpen(cache).rows.map(({ key, label, depth }) => [key, `${depth} ${label}`]));
    const under = allOpen(cache, { filter: { id: { min: 3, max: 3 } } }).rows;
    expect(under.length).toBe(4);
    for (const { key, label, depth } of under) expect(before.get(key)).toBe(`${depth} ${label}`);
  });

  it('finds labels in the whole tree; a closed row that hides one counts among the rows', () => {
    const page = pageOf(cache, { find: 'NTOSKRNL' });
    expect(page).toMatchObject({ hits: 2, hitRows: [0] });
    expect(page.rows.map(({ hit }) => hit)).toEqual([false, false]);
    expect(allOpen(cache, { find: 'ntoskrnl' })).toMatchObject({ hits: 2, hitRows: [5, 7] });
    expect(pageOf(cache, { find: 'no such frame' })).toMatchObject({ hits: 0, hitRows: [] });
  });

  it('keeps the keys of nodes when function names arrive', () => {
    const stacks = { ...trace.stacks, frameText: (frame: number) => `named ${trace.stacks.frameText(frame)}` };
    const named = allOpen(new SelectionCache({ ...trace, stacks }));
    expect(named.rows.map(({ key, label }) => [key, label])).toEqual(
      allOpen(cache).rows.map(({ key, label }) => [key, label === '(no stack)' ? label : `named ${label}`]),
    );
  });

  it('passes over keys of nodes that are not there', () => {
    expect(pageOf(cache, { openNodes: ['', 'n0', 'n999', 'x', '-1'] }).total).toBe(2);
  });

  it('of stacks thousands of frames deep opens to the end', () => {
    const deep = traceFixture({
      stacks: { deep: Array.from({ length: 20_000 }, (_, at) => `f${at}`) },
      objects: [{ handles: [{ value: 4, open: 1, openStack: 'deep' }] }],
    });
    const own = new SelectionCache(deep);
    const openNodes = Array.from({ length: 20_000 }, (_, at) => `n${at + 1}`);
    const page = pageOf(own, { openNodes, firstRow: 19_999 });
    expect(page.total).toBe(20_000);
    expect(page.rows[0]).toMatchObject({ label: 'f0', depth: 19_999, self: 1, filter: { createStackId: '0' } });
    const destroyed = pageOf(own, { openNodes, by: 'any', firstRow: 10_000 });
    expect(String(destroyed.rows[0].filter?.stack).length).toBeLessThanOrEqual(4096);
    expect(own.get(destroyed.rows[0].filter ?? {}).objects.length).toBe(1);
    expect(icicle(own, { width: 100 }).boxes.length).toBe(20_001);
  });
});

function icicle(own: SelectionCache, request: Partial<IcicleRequest> = {}): ReturnType<typeof icicleOf> {
  return icicleOf(own, {
    filter: {},
    by: 'create',
    inverted: false,
    onlyLeaks: false,
    foldSystem: true,
    root: '',
    width: 400,
    weight: 'created',
    ...request,
  });
}

describe('the icicle', () => {
  it('is as wide as the weights, level by level', () => {
    const { boxes, depth, omitted } = icicle(cache);
    expect(boxes.map(({ label, depth: level, x0, x1 }) => [label, level, x0, x1])).toEqual([
      ['all', 0, 0, 400],
      ['2 system frames: kernel32.dll … ntdll.dll', 1, 0, 300],
      ['(no stack)', 1, 300, 400],
      ['app.exe!main+0x2', 2, 0, 300],
      ['app.exe!Make+0x1', 3, 0, 200],
      ['app.exe!Other+0x1', 3, 200, 300],
      ['2 system frames: ntdll.dll … ntoskrnl.exe', 4, 0, 200],
    ]);
    expect([depth, omitted]).toEqual([5, 0]);
  });

  it('starts at any node, and leaves out what is narrower than a pixel', () => {
    const make = icicle(cache).boxes[4];
    expect(
      icicle(cache, { root: make.key, weight: 'leaked' }).boxes.map(({ label, depth, x1 }) => [label, depth, x1]),
    ).toEqual([
      ['app.exe!Make+0x1', 0, 400],
      ['2 system frames: ntdll.dll … ntoskrnl.exe', 1, 400],
    ]);
    // Half a pixel an object: "(no stack)" and Other have one.
    expect(icicle(cache, { width: 2 })).toMatchObject({ depth: 5, omitted: 2 });
  });

  it('of nothing has no boxes', () => {
    expect(icicle(cache, { filter: { type: 'none' } })).toEqual({ boxes: [], depth: 0, omitted: 0 });
    expect(icicle(cache, { filter: { type: 'Key' }, weight: 'leaked' }).boxes).toEqual([]);
  });

  it('has children inside their parents', () => {
    fc.assert(
      fc.property(arbitraryTrace(), fc.constantFrom('created', 'open', 'leaked'), (literal, weight) => {
        const { boxes } = icicle(new SelectionCache(traceFixture(literal)), { weight, foldSystem: false });
        for (const box of boxes) {
          expect(box.x1 - box.x0).toBeGreaterThanOrEqual(1 - 1e-9);
          if (box.depth === 0) continue;
          expect(
            boxes.some((above) => above.depth === box.depth - 1 && above.x0 <= box.x0 && above.x1 >= box.x1 - 1e-9),
          ).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** Stacks that count, with the object, the slow way. */
function plainStacks(
  own: SelectionCache,
  by: StackTreeRequest['by'],
  onlyLeaks: boolean,
): [object: number, stack: number][] {
  const { trace: of, objects } = own.get({});
  const leaks = (object: number): boolean => (of.objects.flags[object] & (OBJECT_LEAK | OBJECT_LEAK_AT_EXIT)) !== 0;
  const all = [...objects].filter((object) => !onlyLeaks || leaks(object));
  if (by !== 'any') return all.map((object) => [object, objectColumn(of, `${by}Stack`)[object]]);
  return Array.from({ length: of.events.length }, (_, event) => event)
    .filter((event) => all.includes(of.events.object[event]) && !isRundownKind(of.events.kind[event]))
    .map((event) => [of.events.object[event], of.events.stack[event]]);
}

function frames(of: Trace, stack: number, inverted: boolean): string[] {
  const texts = [...(textsOf(of).frames(stack) ?? ['(no stack)'])];
  return inverted ? texts : texts.reverse();
}

it('is an obvious tree, and a row as a filter keeps just its objects', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      fc.constantFrom<StackTreeRequest['by']>('create', 'destroy', 'any'),
      fc.boolean(),
      fc.boolean(),
      (literal, by, inverted, onlyLeaks) => {
        const own = new SelectionCache(traceFixture(literal));
        const of = own.trace;
        const expected = new Map<string, number>();
        const members = new Map<string, Set<number>>();
        for (const [object, stack] of plainStacks(own, by, onlyLeaks)) {
          frames(of, stack, inverted).reduce((path, frame) => {
            const name = `${path}/${frame}`;
            expected.set(name, (expected.get(name) ?? 0) + 1);
            members.set(name, (members.get(name) ?? new Set()).add(object));
            return name;
          }, '');
        }
        const page = allOpen(own, { by, inverted, onlyLeaks });
        expect(page.total).toBe(expected.size);
        const path: string[] = [];
        for (const { label, depth, created, filter } of page.rows) {
          path.splice(depth);
          path.push(label);
          const name = `/${path.join('/')}`;
          expect([name, created]).toEqual([name, expected.get(name)]);
          const kept = [...own.get(filter ?? {}).objects];
          expect(kept).toEqual(expect.arrayContaining([...(members.get(name) ?? [])]));
          if (by === 'create' && !onlyLeaks) expect(kept.length).toBe(members.get(name)?.size);
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('counts what the stacks command counts', () => {
  fc.assert(
    fc.property(arbitraryTrace(), fc.constantFrom('create', 'destroy'), fc.boolean(), (literal, by, inverted) => {
      const own = new SelectionCache(traceFixture(literal));
      const { counts, length } = stackTree(own.get({}), { by, inverted });
      const page = allOpen(own, { by, inverted });
      const sorted = (column: Iterable<number>): number[] => [...column].sort((a, b) => a - b);
      expect(page.total).toBe(length - 1);
      expect(sorted(page.rows.map(({ created }) => created))).toEqual(sorted(counts.objects.slice(1)));
      expect(sorted(page.rows.map(({ leaked }) => leaked))).toEqual(sorted(counts.leaked.slice(1)));
    }),
    { numRuns: 50 },
  );
});
