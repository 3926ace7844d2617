/** `leaklanes record --run`: starts wpr, waits, stops it. Only Windows has it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UsageError } from '../output.ts';
import { commandLine, wprStart, wprStop } from './commands.ts';
import type { RecordPlan } from './plan.ts';

/** What a recording needs of the machine: another one in tests. */
export interface Machine {
  platform: NodeJS.Platform;
  /** Exit code of a program that ran; rejects where it is not there. */
  run(program: string, args: readonly string[]): Promise<number>;
  /** Resolves when somebody wants the recording to end. */
  untilStopped(seconds: number | undefined): Promise<void>;
  say(line: string): void;
}

export class RecordingFailed extends Error {}

/** Told before anything is written or started. */
export function needsWindows(platform: NodeJS.Platform): void {
  if (platform === 'win32') return;
  throw new UsageError(
    '--run needs Windows, where wpr records; leave it out to see what to run there, or take --save FILE.wprp along.',
  );
}

export async function runRecording(
  plan: RecordPlan,
  paths: { profile: string; trace: string },
  machine: Machine,
  seconds?: number,
): Promise<void> {
  await runWpr(
    machine,
    wprStart(plan, paths.profile),
    "is another recording running (wpr -cancel ends it), and is this console an administrator's?",
  );
  try {
    machine.say(`Recording${seconds === undefined ? '. Press Enter to stop' : ` for ${seconds} s`} …`);
    await machine.untilStopped(seconds);
  } finally {
    await runWpr(
      machine,
      wprStop(paths.trace),
      'wpr -stop FILE.etl tries again, wpr -cancel throws the recording away.',
    );
  }
  machine.say(`Recorded ${paths.trace}`);
}

async function runWpr(machine: Machine, args: readonly string[], advice: string): Promise<void> {
  const command = commandLine('wpr', args);
  const code = await machine.run('wpr', args).catch((error: Error) => {
    throw new RecordingFailed(
      `${command}: cannot be started (${error.message}); wpr is a part of Windows 10 and later.`,
    );
  });
  if (code !== 0) throw new RecordingFailed(`${command}: failed with code ${code}; ${advice}`);
}

export const thisMachine: Machine = {
  platform: process.platform,
  async run(program, args) {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  },
  untilStopped: (seconds) =>
    new Promise((resolve) => {
      const input = seconds === undefined ? createInterface({ input: process.stdin }) : null;
      const timer = seconds === undefined ? undefined : setTimeout(() => done(), seconds * 1000);
      const done = (): void => {
        clearTimeout(timer);
        input?.close();
        process.off('SIGINT', done);
        resolve();
      };
      input?.once('line', done).once('close', done);
      // Ctrl+C ends the recording and keeps it.
      process.on('SIGINT', done);
    }),
  say: (line) => void process.stderr.write(`${line}\n`),
};
