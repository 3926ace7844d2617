/** What a handle value tells by itself. Values are the signed numbers of their 32 bits. */
import { SYSTEM_PID, type Processes } from './processes.ts';

/** Windows gives pseudo handles (-1 this process, -2 this thread, …) that are in no handle table. */
export function isPseudoHandle(value: number): boolean {
  return value >>> 0 >= 0xfffffff0;
}

/** The process that owns a handle: `process`, but System where bit 31 of the value is set, whoever asked. */
export function ownerOf(processes: Processes, value: number, process: number, ns: number): number {
  return value >>> 31 === 1 && !isPseudoHandle(value) ? processes.at(SYSTEM_PID, ns) : process;
}
