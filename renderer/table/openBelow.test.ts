import { describe, expect, it } from 'vitest';
import type { GridRow } from './gridTypes.ts';
import { hotPath, withAllBelow, type FetchTree } from './openBelow.ts';

interface Node {
  name: string;
  weight: number;
  children?: Node[];
}
interface NodeRow extends GridRow {
  weight: number;
}

/** The visible rows of a drawn tree, as the worker answers them. */
function treeOf(nodes: Node[]): FetchTree<NodeRow> {
  return (open, firstRow, rowCount) => {
    const rows: NodeRow[] = [];
    const walk = (level: Node[], depth: number, path: string) => {
      for (const node of level) {
        const key = `${path}/${node.name}`;
        const children = node.children !== undefined;
        rows.push({ key, depth, children, open: children && open.has(key), hit: false, weight: node.weight });
        if (open.has(key)) walk(node.children ?? [], depth + 1, key);
      }
    };
    walk(nodes, 0, '');
    return Promise.resolve(rows.slice(firstRow, firstRow + rowCount));
  };
}

const fetch = treeOf([
  {
    name: 'main',
    weight: 10,
    children: [
      {
        name: 'a',
        weight: 8,
        children: [
          { name: 'w', weight: 2 },
          { name: 'x', weight: 2 },
          { name: 'y', weight: 2 },
          { name: 'z', weight: 2 },
        ],
      },
      { name: 'b', weight: 2, children: [{ name: 'z', weight: 2 }] },
    ],
  },
  { name: 'other', weight: 1, children: [{ name: 'q', weight: 1 }] },
]);

const anyRow = () => true;

describe('opening below a row', () => {
  it('opens everything below it and nothing beside it', async () => {
    const [main] = await fetch(new Set(), 0, 1);
    const open = await withAllBelow(main, 0, new Set(['/kept']), fetch);
    expect([...open].sort()).toEqual(['/kept', '/main', '/main/a', '/main/b']);
  });

  it('follows the path that has most, until it falls apart', async () => {
    const [main] = await fetch(new Set(), 0, 1);
    const { open, index } = await hotPath(main, 0, new Set(), (row) => row.weight, fetch, anyRow);
    expect([...open].sort()).toEqual(['/main', '/main/a']);
    expect(index).toBe(1);
  });

  it('begins with the row that has most where none is chosen', async () => {
    const light = (row: NodeRow) => -row.weight;
    const { open, index } = await hotPath(null, 0, new Set(), light, fetch, anyRow);
    expect([...open]).toEqual(['/other']);
    expect(index).toBe(1);
  });

  it('goes to the end of a path that does not', async () => {
    const [, other] = await fetch(new Set(), 0, 2);
    expect((await hotPath(other, 1, new Set(), (row) => row.weight, fetch, anyRow)).index).toBe(2);
  });

  it('ends at the last row that is looked for, with the rest of the path open', async () => {
    const { open, index } = await hotPath(
      null,
      0,
      new Set(),
      (row) => row.weight,
      fetch,
      (row) => row.key === '/main',
    );
    expect([...open].sort()).toEqual(['/main', '/main/a']);
    expect(index).toBe(0);
    const none = await hotPath(
      null,
      0,
      new Set(),
      (row) => row.weight,
      fetch,
      () => false,
    );
    expect(none.index).toBe(1);
  });
});
