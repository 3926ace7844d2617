import { announce, type Viewer } from '../state/viewer.ts';
import { groupRows } from './expandGroups.ts';

/** The contract's limit of pinned groups. */
export const MOST_PINNED = 1000;

/**
 * The pins that put an outermost group at another place: pinned groups go first in their order, so whatever shall stand above the
 * place has to be pinned too. A group below all pinned ones keeps the order it had.
 * @param order keys of the outermost groups as they are shown, pinned ones first
 * @param to place that the group shall have in it
 * @returns null where it is there already
 */
export function movedPins(
  order: readonly string[],
  pinned: readonly string[],
  key: string,
  to: number,
): readonly string[] | null {
  const from = order.indexOf(key);
  const place = Math.min(Math.max(0, to), order.length - 1);
  if (from < 0 || from === place) return null;
  const moved = order.filter((other) => other !== key);
  moved.splice(place, 0, key);
  const pins = order.filter((other) => pinned.includes(other)).length;
  // A group that goes down among those without a pin falls behind the ones that get one.
  const needed = from >= pins && place > from ? place : place + 1;
  // A group that comes in among the pinned ones takes no pin from them.
  const pinsAfter = from >= pins && place < pins ? pins + 1 : pins;
  const hidden = pinned.filter((other) => !order.includes(other));
  return [...moved.slice(0, Math.max(pinsAfter, needed)), ...hidden];
}

/** Moves an outermost group up (-1) or down (1) by one, or to the place of another one; says so to screen readers. */
export async function moveGroup(viewer: Viewer, key: string, where: { by: 1 | -1 } | { onto: string }): Promise<void> {
  const rows = await groupRows(viewer, [], 'order');
  if (rows === null) return;
  const order = rows.map((row) => row.key);
  const { pinned, set } = viewer.view.getState();
  const to = 'onto' in where ? order.indexOf(where.onto) : order.indexOf(key) + where.by;
  const pins = movedPins(order, pinned, key, to);
  if (pins === null) return;
  if (pins.length > MOST_PINNED) {
    announce(viewer, `Only the first ${MOST_PINNED} groups can be moved: filter to see fewer.`);
    return;
  }
  set({ pinned: pins });
  announce(viewer, `Moved to place ${to + 1} of ${order.length}.`);
}

/** Pins an outermost group above the others, or lets it go back. */
export function togglePin(viewer: Viewer, key: string): void {
  const { pinned, togglePinned } = viewer.view.getState();
  if (!pinned.includes(key) && pinned.length >= MOST_PINNED) {
    announce(viewer, `More than ${MOST_PINNED} groups cannot be pinned.`);
    return;
  }
  togglePinned(key);
}
