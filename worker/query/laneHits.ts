/** Rows of the lanes that have a searched text. */
import { fold } from '../../shared/textFilter.ts';
import type { ObjectIndex, Trace } from '../lifetimes/model.ts';
import { hasBit } from './bits.ts';
import { laneCount, packedBars } from './laneBars.ts';
import { groupLabel, hasLanes, ROOT, type LaneTree } from './laneGroups.ts';
import type { LaneRows } from './laneRows.ts';
import { objectColumn, withOtherNames } from './objectColumns.ts';
import { wordsOf } from './tables/words.ts';

const made = new WeakMap<LaneRows, { needle: string; rows: Uint32Array }>();

/**
 * Rows with a text in any case, rising: groups by their label, lanes by the names and the create frame of their objects. A closed group has
 * the text too where an object in it does, so that a search finds what is folded away. "" is in no row.
 */
export function hitRows(lanes: LaneRows, find: string): Uint32Array {
  const needle = fold(find);
  if (needle === '') return NO_ROWS;
  const known = made.get(lanes);
  if (known?.needle === needle) return known.rows;
  const rows = search(lanes, needle);
  made.set(lanes, { needle, rows });
  return rows;
}

const NO_ROWS = new Uint32Array(0);

function search(lanes: LaneRows, needle: string): Uint32Array {
  const { tree, groups, rows, open, packing } = lanes;
  const hit = objectSearch(tree.selection.trace, needle);
  const hasHit = groupsWithHit(tree, hit);
  const found = new Uint32Array(lanes.total);
  let count = 0;
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at];
    const label = fold(groupLabel(tree, group));
    const isHit = label.includes(needle) || (open[group] === 0 && hasHit[group] === 1);
    if (rows[at] >= 0 && isHit) found[count++] = rows[at];
    if (open[group] === 0 || !hasLanes(tree, group)) continue;
    const { laneStart, object } = packedBars(tree, group, packing);
    const lanesOfGroup = laneCount(tree, group, packing);
    for (let lane = 0; lane < lanesOfGroup; lane++) {
      for (let i = laneStart[lane]; i < laneStart[lane + 1]; i++) {
        if (!hit(object[i])) continue;
        found[count++] = rows[at] + 1 + lane;
        break;
      }
    }
  }
  return found.slice(0, count);
}

/** By group: 1 where an object in it has the text. */
function groupsWithHit(tree: LaneTree, hit: (object: ObjectIndex) => boolean): Uint8Array {
  const { selection, nesting, ofNested, parent } = tree;
  const hasHit = new Uint8Array(tree.length);
  for (const object of selection.objects) if (hit(object)) hasHit[ofNested[nesting.groupOf[object]]] = 1;
  for (let group = tree.length - 1; group > ROOT; group--) if (hasHit[group] === 1) hasHit[parent[group]] = 1;
  return hasHit;
}

/** Tells whether an object has a folded text in a name or its create frame; every distinct text is looked at once. */
function objectSearch(trace: Trace, needle: string): (object: ObjectIndex) => boolean {
  const { strings, frames } = wordsOf(trace);
  const ofName = withNone(strings.containing(needle), strings.length);
  const ofStack = withNone(frames.containing(needle), frames.length);
  const names = objectColumn(trace, 'name');
  const createStacks = objectColumn(trace, 'createStack');
  const { otherNames } = trace;
  const hasOthers = withOtherNames(trace);
  return (object) =>
    ofName[names[object] + 1] === 1 ||
    ofStack[createStacks[object] + 1] === 1 ||
    (hasBit(hasOthers, object) && (otherNames.get(object)?.some((name) => ofName[name + 1] === 1) ?? false));
}

/** What was found by index + 1; 0 for what has no index. */
function withNone(found: Uint8Array | null, length: number): Uint8Array {
  const entries = new Uint8Array(length + 1);
  if (found !== null) entries.set(found, 1);
  return entries;
}

/** Whether a rising list has a row. */
export function hasRow(rows: Uint32Array, row: number): boolean {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low < rows.length && rows[low] === row;
}
