import type { IcicleBox } from '../../shared/stackTree.ts';

/** Boxes by depth, those of a level from the left: what the keyboard walks. */
export function levelsOf(boxes: readonly IcicleBox[]): IcicleBox[][] {
  const levels: IcicleBox[][] = [];
  for (const box of boxes) (levels[box.depth] ??= []).push(box);
  return levels;
}

/** The box above that a box stands under; null of the topmost. */
export function parentBox(levels: readonly IcicleBox[][], box: IcicleBox): IcicleBox | null {
  const middle = (box.x0 + box.x1) / 2;
  return levels[box.depth - 1]?.find((other) => other.x0 <= middle && middle <= other.x1) ?? null;
}

/** The leftmost box that stands under a box; null where there is none that is a pixel wide. */
export function childBox(levels: readonly IcicleBox[][], box: IcicleBox): IcicleBox | null {
  return (
    levels[box.depth + 1]?.find((other) => {
      const middle = (other.x0 + other.x1) / 2;
      return middle >= box.x0 && middle <= box.x1;
    }) ?? null
  );
}

/** The boxes from the topmost down to a box. */
export function pathTo(levels: readonly IcicleBox[][], box: IcicleBox): IcicleBox[] {
  const path = [box];
  for (let at = parentBox(levels, box); at !== null; at = parentBox(levels, at)) path.push(at);
  return path.reverse();
}

/** The box that an arrow goes to from a box; null for other keys and at the edges. */
export function boxByKey(levels: readonly IcicleBox[][], box: IcicleBox, key: string): IcicleBox | null {
  const level = levels[box.depth];
  switch (key) {
    case 'ArrowUp':
      return parentBox(levels, box);
    case 'ArrowDown':
      return childBox(levels, box);
    case 'ArrowRight':
      return level[level.indexOf(box) + 1] ?? null;
    case 'ArrowLeft':
      return level[level.indexOf(box) - 1] ?? null;
    case 'Home':
      return levels[0][0];
    default:
      return null;
  }
}
