/** Where the handles of one object went: an arrow from its lane to the process that got one. */
import type { LaneLink, LaneRequest } from '../../shared/lanes.ts';
import { formatHex32 } from '../../shared/format.ts';
import { START_DUPLICATED, START_INHERITED, type HandleIndex, type ProcessIndex } from '../lifetimes/model.ts';
import { childOf, groupOfObject, ROOT, type GroupIndex, type LaneTree } from './laneGroups.ts';
import { rowOfGroup, rowShowing, type LaneRows } from './laneRows.ts';
import type { PixelView } from './pixelView.ts';
import { textsOf, UNKNOWN_PROCESS } from './texts.ts';

/**
 * Duplicates and inheritances of the object `linksOf` in view, in time order; where one process gets several of a kind in one pixel, the
 * first of them.
 */
export function laneLinks(lanes: LaneRows, request: Pick<LaneRequest, 'linksOf'>, view: PixelView): LaneLink[] {
  const { tree } = lanes;
  const { selection } = tree;
  const { objects, handles } = selection.trace;
  const object = (request.linksOf ?? 0) - 1;
  const group = groupOfObject(tree, object);
  if (group < 0) return [];
  const fromRow = rowShowing(lanes, object).row;
  const receivers = new Map<ProcessIndex, number>();
  const rowOf = (process: ProcessIndex): number => {
    let row = receivers.get(process);
    if (row === undefined) receivers.set(process, (row = receiverRow(lanes, group, process)));
    return row;
  };
  const taken = new Set<string>();
  const links: LaneLink[] = [];
  // Handles stand in order of their opens; those that existed go first and are no links.
  for (let handle = objects.handleStart[object]; handle < objects.handleStart[object + 1]; handle++) {
    const kind = KINDS[handles.start[handle]];
    const ns = handles.openNs[handle];
    if (kind === undefined || !(ns >= view.fromNs && ns <= view.toNs)) continue;
    if (selection.handleKept !== null && !selection.handleKept(handle)) continue;
    const event = handles.openEvent[handle];
    if (event >= 0 && selection.eventKept !== null && !selection.eventKept(event)) continue;
    const owner = handles.owner[handle];
    const place = `${kind} ${owner} ${Math.floor(view.x(ns))}`;
    if (taken.has(place)) continue;
    taken.add(place);
    links.push({ kind, ns, fromRow, toRow: rowOf(owner), label: linkLabel(tree, handle) });
  }
  return links;
}

const KINDS: Partial<Record<number, LaneLink['kind']>> = {
  [START_DUPLICATED]: 'duplicate',
  [START_INHERITED]: 'inherit',
};

/** Row of the group of a process beside or above that of an object: same values outside, the process at its level. */
function receiverRow(lanes: LaneRows, group: GroupIndex, process: ProcessIndex): number {
  const { tree } = lanes;
  const depth = tree.grouping.indexOf('process') + 1;
  if (depth === 0) return -1;
  let above = group;
  while (above !== ROOT && tree.level[above] >= depth) above = tree.parent[above];
  const receiver = childOf(tree, above, process);
  return receiver < 0 ? -1 : rowOfGroup(lanes, receiver);
}

function linkLabel({ selection: { trace } }: LaneTree, handle: HandleIndex): string {
  const { owner, value, sourceProcess, sourceValue } = trace.handles;
  const end = (process: ProcessIndex, handleValue: number): string =>
    `${textsOf(trace).process(process) ?? UNKNOWN_PROCESS} ${formatHex32(handleValue)}`;
  return `${end(sourceProcess[handle], sourceValue[handle])} → ${end(owner[handle], value[handle])}`;
}
