/** The sample trace with its own symbols, offline, through the whole of the program's reader, search and cache. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SymbolsReport } from '../../shared/symbols.ts';
import { END_CLOSED, END_PROCESS_EXIT, OBJECT_LEAK_AT_EXIT, type Trace } from '../lifetimes/model.ts';
import { openTrace } from '../openTrace.ts';
import { selectObjects } from '../query/select.ts';
import { createStack, destroyStack, textsOf } from '../query/texts.ts';
import { nameOpenedTrace } from './nameOpenedTrace.ts';
import { systemTools } from './systemTools.ts';

const SAMPLE = fileURLToPath(new URL('../../samples/handle-leak.etl', import.meta.url));

let folder: string;
let plain: Trace;
let named: Trace;
let report: SymbolsReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-sample-'));
  plain = await openTrace(SAMPLE);
  ({ trace: named, report } = await name(plain));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function name(trace: Trace, beside = SAMPLE): ReturnType<typeof nameOpenedTrace> {
  const tools = systemTools({ LEAKLANES_CACHE: folder });
  return nameOpenedTrace(trace, beside, { path: join(folder, 'nothing'), offline: true }, {}, tools);
}

/** Functions of a stack, leaf first, without module and offset. */
function functions(stack: number): string[] {
  return (textsOf(named).frames(stack) ?? []).map((frame) =>
    frame.replace(/^[^!]*!/, '').replace(/\+0x[0-9A-F]+$/, ''),
  );
}

function objectNamed(suffix: string): number {
  const { length } = named.objects;
  return (
    Array.from({ length }, (_, object) => object).findLast((at) => textsOf(named).name(at)?.endsWith(suffix)) ?? -1
  );
}

describe('the sample with its symbols', () => {
  it('has a name for every frame', () => {
    expect(report.modules.filter((module) => module.state !== 'named')).toEqual([]);
    expect(report.status.framesNamed).toBe(report.status.frames);
    expect(named.trust.framesWithoutSymbol).toBe(0);
    expect(plain.trust.framesWithoutSymbol).toBe(plain.trust.frames);
    expect(named.info.health).toEqual(plain.info.health);
  });

  it('shows where the leaked event was made, and how it was swept', () => {
    const leaked = objectNamed('SignalEvent_13');
    expect(functions(createStack(named, leaked))).toEqual([
      'ObpCreateHandle',
      'ObInsertObjectEx',
      'NtCreateEvent',
      'KiSystemServiceCopyEnd',
      'NtCreateEvent',
      'CreateEventW',
      'EventManager::CreateEventW',
      'EventManager::GetOrCreateEvent',
      'EventConsumer::GetAndSignal',
      'main::<lambda_1>::operator()',
      'std::invoke<...>',
      'std::thread::_Invoke<...>',
      'thread_start<...>',
      'BaseThreadInitThunk',
      'RtlUserThreadStart',
    ]);
    expect(functions(destroyStack(named, leaked))).toEqual([
      'ObCloseHandleTableEntry',
      'ExSweepHandleTable',
      'ObKillProcess',
      'PspRundownSingleProcess',
      'PspExitThread',
      'NtTerminateProcess',
      'KiSystemServiceCopyEnd',
    ]);
    expect(textsOf(named).createFrame(leaked)).toMatch(/^EventLeak\.exe!EventManager::CreateEventW\+0x/);
  });

  it('finds what was leaked until exit by the stack of its close, as ETWAnalyzer does', () => {
    const byFilter = selectObjects(named, { destroyStack: '*NtTerminateProcess*', process: 'EventLeak' }).objects;
    expect(byFilter).toHaveLength(8);
    expect([...selectObjects(named, { createStack: '*EventManager::CreateEventW*' }).objects]).toEqual(
      expect.arrayContaining([...byFilter]),
    );
  });

  it('knows the leaks until exit without the process events, too', async () => {
    const handles = {
      ...plain.handles,
      end: plain.handles.end.map((end) => (end === END_PROCESS_EXIT ? END_CLOSED : end)),
    };
    const flags = plain.objects.flags.map((bits) => bits & ~OBJECT_LEAK_AT_EXIT);
    const { trace } = await name({ ...plain, handles, objects: { ...plain.objects, flags } });
    expect(trace.handles.end).toEqual(named.handles.end);
    expect(trace.objects.flags).toEqual(plain.objects.flags);
  });

  it('takes the functions from the cache when it is opened again, and needs no PDB', async () => {
    expect((await readdir(join(folder, 'functions'))).length).toBeGreaterThan(0);
    const again = await name(plain, join(folder, 'moved.etl'));
    expect(again.report.status).toEqual(report.status);
    expect(again.report.modules.map(({ origin }) => origin)).toEqual(report.modules.map(({ origin }) => origin));
    expect(textsOf(again.trace).stackRecord(0)).toEqual(textsOf(named).stackRecord(0));
  });
});
