import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { choice } from '../choice.ts';
import { openOutput, UsageError } from '../output.ts';
import { recordPage } from '../record/commands.ts';
import { DEFAULT_BUFFER_MB, MAX_FILTERED_TYPES, type RecordPlan } from '../record/plan.ts';
import { wprProfile } from '../record/profile.ts';
import { needsWindows, RecordingFailed, runRecording, thisMachine, type Machine } from '../record/run.ts';
import { complain } from '../complain.ts';

export interface RecordOptions {
  handles?: boolean;
  objects?: boolean;
  mappings?: boolean;
  stacks: boolean;
  mode: RecordPlan['mode'];
  bufferMb?: number;
  type?: string[];
  save?: string;
  run?: boolean;
  seconds?: number;
  out: string;
}

/** Largest ring: more than this and Windows does not start the session on most machines. */
const MAX_BUFFER_MB = 16_384;
const MAX_SECONDS = 86_400;

export function addRecordCommand(program: Command): void {
  program
    .command('record')
    .description('what to run on Windows to record a trace: wpr profile and xperf commands')
    .option('--handles', 'handle creates, closes and duplicates (the default)')
    .option('--objects', 'object births, deaths and reference changes')
    .option('--mappings', 'file mappings')
    .option('--no-stacks', 'without stacks')
    .addOption(
      new Option('--mode <mode>', 'file, or memory: a ring buffer')
        .default('file')
        .argParser(choice(['file', 'memory'])),
    )
    .option('--buffer-mb <n>', 'size of the buffers in MB (default: file 64, memory 512)', whole(MAX_BUFFER_MB))
    .option('--type <types>', `only these handle types, up to ${MAX_FILTERED_TYPES}: "Event;Thread"`, typeList)
    .option('--save <file.wprp>', 'write the profile for wpr')
    .option('--run', 'on Windows: record now')
    .option('--seconds <n>', 'with --run: stop after this time instead of by Enter', whole(MAX_SECONDS))
    .option('--out <file.etl>', 'with --run: the trace', 'leaklanes.etl')
    .action((options: RecordOptions) => record(options));
}

export function planOf(options: RecordOptions): RecordPlan {
  const { handles = false, objects = false, mappings = false, stacks, mode } = options;
  return {
    handles: handles || !(objects || mappings),
    objects,
    mappings,
    stacks,
    mode,
    bufferMb: options.bufferMb ?? DEFAULT_BUFFER_MB[mode],
    types: options.type ?? [],
  };
}

export async function record(options: RecordOptions, machine: Machine = thisMachine): Promise<void> {
  if (options.run) needsWindows(machine.platform);
  else if (options.seconds !== undefined) throw new UsageError('--seconds needs --run.');
  if (options.run && options.type !== undefined) {
    throw new UsageError('--type cannot be set by --run: record without --run, it prints how.');
  }
  const plan = planOf(options);
  if (options.save !== undefined) await save(options.save, wprProfile(plan));
  if (!options.run) {
    const output = await openOutput(undefined);
    await output.write(recordPage(plan, options.save ?? null));
    return;
  }
  await withProfile(plan, options.save, (profile) =>
    runRecording(plan, { profile, trace: options.out }, machine, options.seconds),
  ).catch((error: unknown) => {
    if (!(error instanceof RecordingFailed)) throw error;
    complain(error.message);
  });
}

async function save(path: string, profile: string): Promise<void> {
  const output = await openOutput(path, '--save');
  let failed = true;
  try {
    await output.write(profile);
    failed = false;
  } finally {
    await output.close(failed);
  }
}

/** wpr reads its profile from a file: the saved one, or one for the time of the recording. */
async function withProfile(
  plan: RecordPlan,
  saved: string | undefined,
  use: (path: string) => Promise<void>,
): Promise<void> {
  if (saved !== undefined) return use(saved);
  const folder = await mkdtemp(join(tmpdir(), 'leaklanes-record-'));
  try {
    const path = join(folder, 'leaklanes.wprp');
    await writeFile(path, wprProfile(plan));
    await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function whole(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from 1 to ${max}.`);
  };
}

function typeList(text: string): string[] {
  const types = text
    .split(/[;,]/)
    .map((type) => type.trim())
    .filter((type) => type !== '');
  if (types.length === 0) throw new InvalidArgumentError('It is empty; give a type such as Event.');
  if (types.length > MAX_FILTERED_TYPES) {
    throw new InvalidArgumentError(`Windows filters ${MAX_FILTERED_TYPES} types at most; ${types.length} are named.`);
  }
  return types;
}
