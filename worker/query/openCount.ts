/** How many handles of one object are open while its events go by. */
import type { EventIndex, ObjectIndex, Trace } from '../lifetimes/model.ts';

/**
 * To be asked for every event of an object in order of time; returns its handles that are open after it, as far as the trace knows: those
 * from before the trace (or whose open was lost) count from the start, those closed unseen until the time at which that was known.
 */
export function openCounter(trace: Trace, object: ObjectIndex): (event: EventIndex) => number {
  const { handleStart } = trace.objects;
  const { openEvent, closeEvent, closeNs } = trace.handles;
  const changes = new Map<EventIndex, number>();
  const change = (event: EventIndex, by: number): void => void changes.set(event, (changes.get(event) ?? 0) + by);
  const closedUnseen: number[] = [];
  let open = 0;
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    if (openEvent[handle] >= 0) change(openEvent[handle], 1);
    else open++;
    if (closeEvent[handle] >= 0) change(closeEvent[handle], -1);
    else if (!Number.isNaN(closeNs[handle])) closedUnseen.push(closeNs[handle]);
  }
  closedUnseen.sort((a, b) => a - b);
  let unseen = 0;
  return (event) => {
    while (unseen < closedUnseen.length && closedUnseen[unseen] <= trace.events.ns[event]) {
      unseen++;
      open--;
    }
    return (open += changes.get(event) ?? 0);
  };
}
