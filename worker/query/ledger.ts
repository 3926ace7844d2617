/** Reference changes of one object by stack: what is taken and never given back has a net above 0. */
import type { LedgerRow } from '../../shared/records.ts';
import { KIND_REF_CHANGE, type ObjectIndex, type StackIndex, type Trace } from '../lifetimes/model.ts';

/** Rows that are sent; an object under the memory manager can have thousands of stacks. */
const MAX_LEDGER_ROWS = 200;

/** All reference changes of an object, also those beyond the events that are shown; largest net first, then most events. */
export function ledgerOf(trace: Trace, object: ObjectIndex): LedgerRow[] {
  const { eventStart, eventList } = trace.objects;
  const { kind, stack, value } = trace.events;
  const rows = new Map<StackIndex, LedgerRow>();
  for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
    const event = eventList[i];
    if (kind[event] !== KIND_REF_CHANGE) continue;
    let row = rows.get(stack[event]);
    if (row === undefined) {
      row = { stack: stack[event] < 0 ? null : stack[event], taken: 0, given: 0, net: 0, events: 0 };
      rows.set(stack[event], row);
    }
    if (value[event] > 0) row.taken += value[event];
    else row.given -= value[event];
    row.net += value[event];
    row.events++;
  }
  return [...rows.values()].sort((a, b) => b.net - a.net || b.events - a.events).slice(0, MAX_LEDGER_ROWS);
}
