import type { StackNode } from '../../shared/stackTree.ts';
import type { RowPages } from '../table/rowPages.ts';

const ROWS_AT_ONCE = 1000;

/** The labels from a row of depth 0 down to the row at an index; rows that are not kept are fetched. */
export async function stackPath(pages: RowPages<StackNode>, index: number, node: StackNode): Promise<string[]> {
  const path = [node.label];
  let { depth } = node;
  for (let end = index; end > 0 && depth > 0;) {
    const first = Math.max(0, end - ROWS_AT_ONCE);
    const rows = await pages.fetch(first, end - first);
    if (rows.length < end - first) break;
    for (let at = rows.length - 1; at >= 0 && depth > 0; at--) {
      if (rows[at].depth >= depth) continue;
      path.push(rows[at].label);
      depth = rows[at].depth;
    }
    end = first;
  }
  return path.reverse();
}

/** A path of the tree as a stack is written: the innermost call first. */
export function stackText(path: readonly string[], inverted: boolean): string {
  return `${(inverted ? path : [...path].reverse()).join('\n')}\n`;
}
