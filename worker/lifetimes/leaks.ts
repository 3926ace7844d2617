/** What the start and the end of a handle make of its object (object-lifetimes.md, "How a handle ends"). */
import { END_OPEN, END_PROCESS_EXIT, OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, START_EXISTING } from './model.ts';

/** OBJECT_LEAK and OBJECT_LEAK_AT_EXIT of one handle; those of an object are the bits of all of them. */
export function leakFlags(start: number, end: number): number {
  if (end === END_PROCESS_EXIT) return OBJECT_LEAK_AT_EXIT;
  return end === END_OPEN && start !== START_EXISTING ? OBJECT_LEAK : 0;
}
