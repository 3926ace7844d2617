/** Long work in steps: between two of them the event loop gets its turn, so that a cancel arrives. */
export type Steps<T> = Generator<undefined, T>;

/** Rows handled in one step: some tens of milliseconds. */
export const SLICE = 200_000;

/** Small enough that a function is called often while it is new: code that runs long in its first call is compiled badly. */
export const PIECE = 1024;

/** Has the rows 0 … length - 1 taken in order, piece by piece. */
export function* inSteps(length: number, take: (from: number, to: number) => void): Steps<void> {
  for (let from = 0; from < length; from += SLICE) {
    const to = Math.min(from + SLICE, length);
    for (let at = from; at < to; at += PIECE) take(at, Math.min(at + PIECE, to));
    yield;
  }
}

/** Goes through with the work at once. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
