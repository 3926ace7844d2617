/** A run of frames [from, to) of a stack: shown, or folded to one line. */
export interface FrameRun {
  from: number;
  to: number;
  folded: boolean;
}

/** Runs of system frames shorter than this are not worth a line that stands for them. */
const LEAST_FOLDED = 2;

/**
 * "Just my code": runs of system frames are folded. A stack that has no other frames is left as it is.
 * @param system by frame
 */
export function foldFrames(system: readonly boolean[]): FrameRun[] {
  const runs: FrameRun[] = [];
  const fold = system.includes(false);
  for (let from = 0; from < system.length;) {
    let to = from + 1;
    while (to < system.length && system[to] === system[from]) to++;
    const folded = fold && system[from] && to - from >= LEAST_FOLDED;
    const last = runs.at(-1);
    if (last !== undefined && !folded && !last.folded) last.to = to;
    else runs.push({ from, to, folded });
    from = to;
  }
  return runs;
}
