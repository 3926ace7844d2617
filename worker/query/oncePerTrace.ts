import type { Trace } from '../lifetimes/model.ts';

/**
 * A value for each trace, made once. `partOf`: what it is made of; traces that share that share the value. Default: the events, which traces
 * that differ in function names alone share. Names can change ends and flags, and with them handles and objects.
 */
export function oncePerTrace<T>(
  make: (trace: Trace) => T,
  partOf: (trace: Trace) => object = ({ events }) => events,
): (trace: Trace) => T {
  const made = new WeakMap<object, { value: T }>();
  return (trace) => {
    const part = partOf(trace);
    let entry = made.get(part);
    if (entry === undefined) made.set(part, (entry = { value: make(trace) }));
    return entry.value;
  };
}
