/** `npm run bench -- engine`: how long a cancel takes to be obeyed, at moments spread over an open. */
import { bundleChild } from './childProcess.ts';
import type { OpenMeasured } from './openChild.ts';
import { report, type Row, withoutCompare } from './results.ts';
import { benchTrace, isTraceKind } from './traces/kinds.ts';

export async function runEngineBench(args: readonly string[]): Promise<void> {
  const { words, compare } = withoutCompare(args);
  const child = await bundleChild('openChild');
  try {
    const rows = (words.length > 0 ? words : ['handles', 'refs', 'mixed']).map((name): Row => {
      const { worstCancelMs = 0, cancels = 0 } = child.run<OpenMeasured>(
        'cancel',
        isTraceKind(name) ? benchTrace(name) : name,
      );
      return { name, cancels, 'worst cancel ms': worstCancelMs };
    });
    report('engine', rows, compare);
  } finally {
    child.remove();
  }
}
