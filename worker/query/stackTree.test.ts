import { describe, expect, it } from 'vitest';
import { selectObjects } from './select.ts';
import { stackTree, type StackTreeRequest } from './stackTree.ts';
import { stackTreeCsv, stackTreeCsvHeader, stackTreeJson, stackTreeText } from './stackTreeText.ts';
import { traceFixture } from './testing/traceFixture.ts';

const trace = traceFixture({
  file: 'leak.etl',
  processes: [{ name: 'a.exe', pid: 1 }],
  // leaf first
  stacks: { abc: ['A', 'B', 'C'], dbc: ['D', 'B', 'C'], aa: ['A', 'A'], close: ['X'] },
  objects: [
    { handles: [{ owner: 'a.exe', value: 4, open: 1, openStack: 'abc' }] },
    {
      handles: [
        { owner: 'a.exe', value: 8, open: 2, close: 3, openStack: 'abc', closeStack: 'close', end: 'processExit' },
        { owner: 'a.exe', value: 16, open: 2.5, close: 2.6 },
      ],
    },
    { handles: [{ owner: 'a.exe', value: 12, open: 4, close: 5, openStack: 'dbc', closeStack: 'close' }] },
    { map: { process: 'a.exe', base: '0x10000', size: 4096, map: 6, mapStack: 'aa' } },
    { handles: [{ owner: 'a.exe', value: 20, dcStart: 7 }] },
  ],
});
const all = selectObjects(trace, {});

/** "  B 3 objects 4 handles 1 open 1 leaked 1 at exit 0 bytes", indented by depth */
function drawn(request: StackTreeRequest): string[] {
  const tree = stackTree(all, request);
  const { objects, handles, open, leaked, leakedAtExit, bytes } = tree.counts;
  return Array.from({ length: tree.length }, (_, row) => {
    const frame = tree.frame[row];
    const name = frame === -2 ? 'all' : frame === -1 ? 'none' : trace.stacks.frameText(frame);
    const counts = [objects, handles, open, leaked, leakedAtExit, bytes].map((column) => column[row]);
    return `${' '.repeat(tree.depth[row])}${name} ${counts.join(' ')}`;
  });
}

describe('the tree', () => {
  it('top-down goes from the outermost frame, the most objects first', () => {
    expect(drawn({ by: 'create' })).toEqual([
      'all 5 5 2 2 1 4096',
      ' C 3 4 1 1 1 0',
      '  B 3 4 1 1 1 0',
      '   A 2 3 1 1 1 0',
      '   D 1 1 0 0 0 0',
      ' A 1 0 0 1 0 4096',
      '  A 1 0 0 1 0 4096',
      ' none 1 1 1 0 0 0',
    ]);
  });

  it('inverted goes from the innermost, and counts a frame that calls itself once a call', () => {
    expect(drawn({ by: 'create', inverted: true })).toEqual([
      'all 5 5 2 2 1 4096',
      ' A 3 3 1 2 1 4096',
      '  B 2 3 1 1 1 0',
      '   C 2 3 1 1 1 0',
      '  A 1 0 0 1 0 4096',
      ' D 1 1 0 0 0 0',
      '  B 1 1 0 0 0 0',
      '   C 1 1 0 0 0 0',
      ' none 1 1 1 0 0 0',
    ]);
  });

  it('by the destroying stack', () => {
    expect(drawn({ by: 'destroy' })).toEqual(['all 5 5 2 2 1 4096', ' none 3 2 2 2 0 4096', ' X 2 3 0 0 1 0']);
  });

  it('knows parents and the ends of subtrees', () => {
    const tree = stackTree(all, { by: 'create' });
    expect([...tree.parent]).toEqual([-1, 0, 1, 2, 2, 0, 5, 0]);
    expect([...tree.end]).toEqual([8, 5, 5, 4, 5, 7, 7, 8]);
  });

  it('of nothing is the first node alone', () => {
    const tree = stackTree(selectObjects(trace, { type: 'none' }), { by: 'create' });
    expect([tree.length, tree.counts.objects[0], tree.end[0]]).toEqual([1, 0, 1]);
  });
});

it('text indents where paths part', () => {
  expect([...stackTreeText(all, { by: 'create' })].join('').split('\n')).toEqual([
    '5/10/2024 12:46:34 PM  leak',
    'Objects by create stack, outermost frame first',
    'Objects  Handles  Open  Leaked  At exit  Bytes',
    '      5        5     2       2        1  4,096  all',
    '      3        4     1       1        1      0  - C',
    '      3        4     1       1        1      0    B',
    '      2        3     1       1        1      0    - A',
    '      1        1     0       0        0      0    - D',
    '      1        0     0       1        0  4,096  - A',
    '      1        0     0       1        0  4,096    A',
    '      1        1     1       0        0      0  - (no stack)',
    '',
  ]);
});

it('--top says how much it hides', () => {
  const lines = [...stackTreeText(all, { by: 'create', top: { count: 1, skip: 0 } })].join('').split('\n');
  const frames = lines.slice(3, -1).map((line) => line.slice(48));
  expect(frames).toEqual(['all', '- C', '  B', '  - A', '  - … 1 more', '- … 2 more']);
});

it('JSON nests', () => {
  const parse = (top?: { count: number; skip: number }): unknown =>
    JSON.parse([...stackTreeJson(all, { by: 'destroy', top })].join(''));
  const node = (frame: string, counts: number[], children: unknown[] = []): unknown => {
    const [objects, handles, open, leaked, leakedAtExit, bytes] = counts;
    return { frame, objects, handles, open, leaked, leakedAtExit, bytes, children };
  };
  const none = node('(no stack)', [3, 2, 2, 2, 0, 4096]);
  const closed = node('X', [2, 3, 0, 0, 1, 0]);
  const file = { file: 'leak.etl', by: 'destroy', inverted: false };
  expect(parse()).toEqual({ ...file, tree: node('all', [5, 5, 2, 2, 1, 4096], [none, closed]) });
  expect(parse({ count: 1, skip: 1 })).toEqual({ ...file, tree: node('all', [5, 5, 2, 2, 1, 4096], [closed]) });
});

it('JSON of stacks thousands of frames deep does not recurse', () => {
  const deep = traceFixture({
    processes: [{ name: 'a.exe', pid: 1 }],
    stacks: { deep: Array.from({ length: 20_000 }, (_, at) => `f${at}`) },
    objects: [{ handles: [{ owner: 'a.exe', value: 4, open: 1, openStack: 'deep' }] }],
  });
  const text = [...stackTreeJson(selectObjects(deep, {}), { by: 'create' })].join('');
  expect(text.split('"children":[').length).toBe(20_002);
});

it('CSV has a row a node', () => {
  const lines = (stackTreeCsvHeader(',') + [...stackTreeCsv(all, { by: 'destroy' }, ',')].join('')).split('\r\n');
  expect(lines).toEqual([
    'FileName,Node,Parent,Depth,Frame,Objects,Handles,Not Closed Handles,Leaked Objects,Leaked at Exit Objects,Mapped Bytes',
    'leak.etl,1,,0,all,5,5,2,2,1,4096',
    'leak.etl,2,1,1,(no stack),3,2,2,2,0,4096',
    'leak.etl,3,1,1,X,2,3,0,0,1,0',
    '',
  ]);
});
