import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomNumbers } from '../../worker/testing/random.ts';

/** To be raised when what is written changes. */
const VERSION = 1;
const FRAMES = 2000;
const DEEPEST = 40;
const MOST_UNITS = 20;
const EVENTS_A_WRITE = 20_000;

/**
 * Path of a profile for speedscope with so many spans on nested calls, in its own file format (file-format-schema.json of the package, evented,
 * µs). Written once, kept in the folder for temporary files.
 */
export function speedscopeProfile(spans: number): string {
  const path = join(tmpdir(), `leaklanes-bench-speedscope-${VERSION}-${spans}.json`);
  if (existsSync(path)) return path;
  const half = `${path}.${process.pid}`;
  const file = openSync(half, 'w');
  const frames = Array.from({ length: FRAMES }, (_, index) => ({ name: `module${index % 40}!function${index}` }));
  writeSync(file, `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":`);
  writeSync(
    file,
    `${JSON.stringify(frames)}},"profiles":[{"type":"evented","name":"spans","unit":"microseconds","startValue":0,"events":[`,
  );
  const endValue = writeEvents(file, spans);
  writeSync(file, `],"endValue":${endValue}}]}`);
  closeSync(file);
  renameSync(half, path);
  return path;
}

/** Opens and closes calls at random, never deeper than DEEPEST. Returns the time of the last event. */
function writeEvents(file: number, spans: number): number {
  const next = randomNumbers(11);
  const stack: number[] = [];
  let pending: string[] = [];
  let at = 0;
  const write = (type: 'O' | 'C', frame: number): void => {
    pending.push(`{"type":"${type}","frame":${frame},"at":${at}}`);
  };
  let isFirst = true;
  const flush = (): void => {
    writeSync(file, (isFirst ? '' : ',') + pending.join(','));
    isFirst = false;
    pending = [];
  };
  for (let opened = 0; opened < spans || stack.length > 0;) {
    at += 1 + next(MOST_UNITS);
    if (opened < spans && (stack.length === 0 || (stack.length < DEEPEST && next(2) === 0))) {
      stack.push(next(FRAMES));
      write('O', stack[stack.length - 1]);
      opened++;
    } else write('C', stack.pop()!);
    if (pending.length >= EVENTS_A_WRITE) flush();
  }
  if (pending.length > 0) flush();
  return at;
}
