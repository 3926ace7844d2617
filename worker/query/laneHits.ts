/** Rows of the lanes that have a searched text. */
import { fold } from '../../shared/textFilter.ts';
import type { ObjectIndex, Trace } from '../lifetimes/model.ts';
import { laneCount, packedBars } from './laneBars.ts';
import { groupLabel, hasLanes, ROOT, type LaneTree } from './laneGroups.ts';
import type { LaneRows } from './laneRows.ts';
import { objectColumn } from './objectColumns.ts';
import { textsOf } from './texts.ts';

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
  for (const object of selection.objects) {
    const group = ofNested[nesting.groupOf[object]];
    if (hasHit[group] === 0 && hit(object)) hasHit[group] = 1;
  }
  for (let group = tree.length - 1; group > ROOT; group--) if (hasHit[group] === 1) hasHit[parent[group]] = 1;
  return hasHit;
}

const UNASKED = 0;
const WITHOUT = 1;
const WITH = 2;

/** Tells whether an object has a folded text in a name or its create frame; every distinct text is looked at once. */
function objectSearch(trace: Trace, needle: string): (object: ObjectIndex) => boolean {
  const { strings, stacks, otherNames } = trace;
  const texts = textsOf(trace);
  const ofName = new Uint8Array(strings.length);
  const ofStack = new Uint8Array(stacks.length);
  const look = (known: Uint8Array, index: number, text: (index: number) => string): boolean => {
    if (index < 0) return false;
    if (known[index] === UNASKED) known[index] = fold(text(index)).includes(needle) ? WITH : WITHOUT;
    return known[index] === WITH;
  };
  const nameText = (index: number): string => strings[index];
  const frameText = (stack: number): string => texts.frameOfStack(stack) ?? '';
  const names = objectColumn(trace, 'name');
  const createStacks = objectColumn(trace, 'createStack');
  return (object) =>
    look(ofName, names[object], nameText) ||
    look(ofStack, createStacks[object], frameText) ||
    (otherNames.get(object)?.some((name) => look(ofName, name, nameText)) ?? false);
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
