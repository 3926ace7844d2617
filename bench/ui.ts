/**
 * `npm run bench -- ui [leaklanes] [speedscope] [--compare FILE]`: how smoothly lanes of a million lifetimes can be zoomed and moved in
 * Chromium, by its own tracing, and beside it speedscope with as many spans. Measures; asserts nothing.
 */
import { report, type Row, withoutCompare } from './results.ts';
import { benchTrace } from './traces/kinds.ts';
import { withBrowser } from './ui/browser.ts';
import { measureLeaklanes } from './ui/leaklanes.ts';
import { measureSpeedscope } from './ui/speedscope.ts';

const SPANS = 1_000_000;

const VIEWERS: Record<string, () => Promise<Row[]>> = {
  leaklanes: () => withBrowser((browser) => measureLeaklanes(browser, benchTrace('objects'))),
  speedscope: measureLargestOfSpeedscope,
};

export async function runUiBench(args: readonly string[]): Promise<void> {
  const { words, compare } = withoutCompare(args);
  const rows: Row[] = [];
  for (const name of words.length > 0 ? words : Object.keys(VIEWERS)) {
    if (!Object.hasOwn(VIEWERS, name))
      throw new Error(`There is no viewer ${name}; there are ${Object.keys(VIEWERS).join(', ')}.`);
    rows.push(...(await VIEWERS[name]()));
  }
  report('ui', rows, compare);
}

/** With a tenth of the spans where that many are too many for it, and so on. */
async function measureLargestOfSpeedscope(): Promise<Row[]> {
  for (let spans = SPANS; ; spans /= 10) {
    try {
      return await withBrowser((browser) => measureSpeedscope(browser, spans));
    } catch (error) {
      if (spans < 10) throw error;
      process.stdout.write(`speedscope with ${spans.toLocaleString('en-US')} spans: ${String(error)}\n`);
    }
  }
}
