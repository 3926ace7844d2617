/** Long work in steps: between two of them the event loop gets its turn, so that a cancel arrives. */
export type Steps<T> = Generator<undefined, T>;

/** Rows handled in one step: some tens of milliseconds. */
export const SLICE = 200_000;

/** Goes through with the work at once. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
