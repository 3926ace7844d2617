// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Host } from '../../shared/host.ts';
import type { Progress } from '../../shared/records.ts';
import type { SymbolsResult, SymbolStatus } from '../../shared/symbols.ts';
import { TraceError } from '../../shared/errors.ts';
import { openViewer } from '../testing/renderApp.tsx';
import { cancelSymbols, loadSymbols, usePdb } from './symbols.ts';

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

const status = (version: number): SymbolStatus => ({
  version,
  loading: true,
  frames: 10,
  framesWithModule: 9,
  framesNamed: version,
  modules: 3,
  modulesNamed: 1,
});
const progress = (version: number): Progress => ({
  phase: 'symbols',
  bytesDone: 0,
  bytesTotal: 0,
  events: 0,
  symbols: status(version),
  doing: 'ntdll.pdb',
});

/** A viewer whose host looks for names as the test says. */
async function setup() {
  const { viewer, host } = await openViewer();
  let report: (progress: Progress) => void = () => {};
  let finish: (result: SymbolsResult | TraceError) => void = () => {};
  const job: Host['loadSymbols'] = (_request, onProgress, signal) =>
    new Promise((resolve, reject) => {
      report = onProgress;
      finish = (result) => (result instanceof TraceError ? reject(result) : resolve(result));
      signal.addEventListener('abort', () => reject(new TraceError('cancelled', 'Cancelled.')));
    });
  host.loadSymbols = job;
  const summary = viewer.session.getState().summary!;
  return {
    viewer,
    summary,
    report: (version: number) => report(progress(version)),
    finish: (result: SymbolsResult | TraceError) => finish(result),
    names: () => viewer.session.getState().namesVersion,
  };
}

it('has everything asked again as names come in, but not more often than makes sense', async () => {
  const { viewer, report, names, finish, summary } = await setup();
  const done = loadSymbols(viewer, {}, 'asked');
  expect(viewer.session.getState().symbols.running).toBe(true);
  report(1);
  expect(names()).toBe(1);
  expect(viewer.session.getState().symbols).toMatchObject({ doing: 'ntdll.pdb', status: { framesNamed: 1 } });
  for (const version of [2, 3, 4, 4]) report(version);
  expect(names()).toBe(1);
  vi.runOnlyPendingTimers();
  expect(names(), 'once for all that came').toBe(2);
  vi.runOnlyPendingTimers();
  expect(names(), 'nothing came').toBe(2);
  const report_ = { status: status(9) } as SymbolsResult['report'];
  finish({ report: report_, summary: { ...summary, leaks: 77 } });
  await done;
  expect(names()).toBe(3);
  expect(viewer.session.getState()).toMatchObject({ summary: { leaks: 77 }, symbols: { running: false, doing: '' } });
  expect(viewer.session.getState().status.text).toBe('Names for 9 of 10 frames, in 1 of 3 modules.');
});

it('keeps an error that nobody asked for out of the message bar', async () => {
  const { viewer, finish } = await setup();
  const done = loadSymbols(viewer, {}, 'background');
  finish(new TraceError('io', 'The folder cannot be read.'));
  await done;
  expect(viewer.session.getState().symbols.error?.message).toBe('The folder cannot be read.');
  expect(viewer.messages.getState().messages.filter((m) => m.severity === 'error')).toEqual([]);
});

it('says what somebody asked for in the message bar only where the Symbols page is not seen', async () => {
  for (const page of ['objects', 'symbols'] as const) {
    const { viewer, finish } = await setup();
    viewer.tables.getState().showPage(page);
    const done = loadSymbols(viewer, {}, 'asked');
    finish(new TraceError('io', 'The path makes no sense.'));
    await done;
    expect(viewer.session.getState().symbols.error?.message).toBe('The path makes no sense.');
    expect(viewer.messages.getState().messages.some((m) => m.severity === 'error')).toBe(page === 'objects');
  }
});

it('says of a PDB that it is the wrong one until another is picked', async () => {
  const { viewer } = await setup();
  const errors = () => viewer.messages.getState().messages.filter((m) => m.severity === 'error');
  viewer.host.usePdb = () => Promise.reject(new TraceError('io', 'a.pdb: is for another build'));
  await usePdb(viewer, 0, null);
  expect(errors().map((m) => m.text)).toEqual(['a.pdb: is for another build.']);
  expect(viewer.session.getState().symbols.error).toBeNull();
  viewer.host.usePdb = () => Promise.resolve(null);
  await usePdb(viewer, 0, null);
  expect(errors()).toEqual([]);
});

it('can be stopped', async () => {
  const { viewer } = await setup();
  const done = loadSymbols(viewer, {}, 'asked');
  cancelSymbols(viewer);
  await done;
  expect(viewer.session.getState().symbols).toMatchObject({ running: false, error: null });
});
