/** stacks: one row a frame of each stack that a row of another table names, the innermost frame first. */
import { createHash } from 'node:crypto';
import type { FrameSymbol, StackIndex, StackTable } from '../lifetimes/model.ts';
import type { Selection } from '../query/select.ts';
import { createStack, destroyStack, eventStack, textsOf } from '../query/texts.ts';
import { BATCH_ROWS, inBatches, traceIdColumn, type Column, type ExportTable, type Row } from './columns.ts';
import { keptEvents } from './eventsTable.ts';

/** A row is a position in StackTable.frames. */
export function stacksTable(selection: Selection, traceId: string): ExportTable {
  const { stacks } = selection.trace;
  const stackOf = stackFinder(stacks);
  const textOf = frameTexts(stacks);
  const hashOf = stackHashes(stacks, textOf);
  const ownOf = ownPositions(selection, textOf);
  const moduleOf = (row: Row): number => stacks.frameModule(stacks.frames[row]);
  const symbolOf = (row: Row): FrameSymbol | null => stacks.frameSymbol(stacks.frames[row]);
  const columns: Column[] = [
    traceIdColumn(traceId),
    { name: 'stack_id', type: 'uint32', nullable: false, value: stackOf },
    { name: 'frame_index', type: 'uint32', nullable: false, value: (row) => row - stacks.start[stackOf(row)] },
    { name: 'stack_hash', type: 'text', nullable: false, value: (row) => hashOf(stackOf(row)) },
    { name: 'text', type: 'text', nullable: false, value: (row) => textOf(stacks.frames[row]) },
    { name: 'module', type: 'word', nullable: true, words: stacks.modules, value: moduleOf },
    { name: 'module_path', type: 'word', nullable: true, words: stacks.modulePaths, value: moduleOf },
    {
      name: 'module_version',
      type: 'text',
      nullable: true,
      value: (row) => (moduleOf(row) < 0 ? null : stacks.moduleVersions[moduleOf(row)]),
    },
    {
      name: 'module_offset',
      type: 'uint32',
      nullable: true,
      value: (row) => (moduleOf(row) < 0 ? null : stacks.frameOffset(stacks.frames[row]) >>> 0),
    },
    { name: 'function', type: 'text', nullable: true, value: (row) => symbolOf(row)?.name ?? null },
    { name: 'function_offset', type: 'uint32', nullable: true, value: (row) => symbolOf(row)?.offset ?? null },
    { name: 'file', type: 'text', nullable: true, value: (row) => symbolOf(row)?.place?.file ?? null },
    { name: 'line', type: 'uint32', nullable: true, value: (row) => symbolOf(row)?.place?.line ?? null },
    { name: 'inlined', type: 'text', nullable: true, value: (row) => symbolOf(row)?.inlined.join('\n') || null },
    { name: 'system', type: 'bool', nullable: false, value: (row) => stacks.moduleSystem[moduleOf(row)] === 1 },
    { name: 'own', type: 'bool', nullable: false, value: (row) => row === ownOf(stackOf(row)) },
  ];
  return { name: 'stacks', columns, batches: (size) => inBatches(framePositions(selection), size) };
}

/** Positions of all frames of the stacks that rows of the other tables name. */
function* framePositions(selection: Selection): Generator<Row> {
  const { start, length } = selection.trace.stacks;
  const isUsed = usedStacks(selection);
  for (let stack = 0; stack < length; stack++) {
    if (isUsed[stack] === 1) for (let at = start[stack]; at < start[stack + 1]; at++) yield at;
  }
}

/** 1: the stack of a kept event, or of one that created, destroyed, opened or closed what is kept. */
function usedStacks(selection: Selection): Uint8Array {
  const { trace } = selection;
  const { handleStart } = trace.objects;
  const { openEvent, closeEvent } = trace.handles;
  const isUsed = new Uint8Array(trace.stacks.length);
  const use = (stack: StackIndex): void => {
    if (stack >= 0) isUsed[stack] = 1;
  };
  for (const object of selection.objects) {
    use(createStack(trace, object));
    use(destroyStack(trace, object));
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      use(eventStack(trace, openEvent[handle]));
      use(eventStack(trace, closeEvent[handle]));
    }
  }
  for (const batch of keptEvents(selection, BATCH_ROWS)) for (const event of batch) use(trace.events.stack[event]);
  return isUsed;
}

/** The stack of a position. Rows come in order, so that it is mostly that of the row before. */
function stackFinder({ start, length }: StackTable): (row: Row) => StackIndex {
  let last = 0;
  return (row) => {
    if (row >= start[last] && row < start[last + 1]) return last;
    let low = 0;
    let high = length;
    // The last stack that starts at or before the row: empty ones before it start there, too.
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (start[middle] <= row) low = middle;
      else high = middle;
    }
    return (last = low);
  };
}

function frameTexts(stacks: StackTable): (frame: number) => string {
  const texts: string[] = [];
  return (frame) => (texts[frame] ??= stacks.frameText(frame));
}

/**
 * What tells a stack in all traces: 16 hex digits over its frames as "module!function", without offsets, so that it lives through a new
 * build; where no name is known it is "module+0x…", which does not.
 */
function stackHashes(stacks: StackTable, textOf: (frame: number) => string): (stack: StackIndex) => string {
  const hashes: string[] = [];
  const nameOf = (frame: number): string => {
    const name = stacks.frameSymbol(frame)?.name;
    return name === undefined ? textOf(frame) : `${stacks.modules[stacks.frameModule(frame)]}!${name}`;
  };
  const hashOf = (stack: StackIndex): string => {
    const hash = createHash('sha256');
    for (let at = stacks.start[stack]; at < stacks.start[stack + 1]; at++)
      hash.update(`${nameOf(stacks.frames[at])}\n`);
    return hash.digest('hex').slice(0, 16);
  };
  return (stack) => (hashes[stack] ??= hashOf(stack));
}

/** Position of the frame by which `leaklanes totals --by stack` calls a stack. */
function ownPositions({ trace }: Selection, textOf: (frame: number) => string): (stack: StackIndex) => Row {
  const { start, frames } = trace.stacks;
  const texts = textsOf(trace);
  const positions: Row[] = [];
  const find = (stack: StackIndex): Row => {
    const label = texts.frameOfStack(stack);
    let at = start[stack];
    while (at < start[stack + 1] && textOf(frames[at]) !== label) at++;
    return at;
  };
  return (stack) => (positions[stack] ??= find(stack));
}
