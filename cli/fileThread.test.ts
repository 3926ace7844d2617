import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { FileThread } from './fileThread.ts';
import { failedResult, type FileRequest, type FileResult } from './fileWork.ts';

/** A thread that acts on the name of the file: a real one, so that dying is real as well. */
const SCRIPT = `
import { parentPort } from 'node:worker_threads';
let texts = 0;
const result = () => ({ failure: null, damage: ['texts ' + texts], totals: null, open: 0, counts: [] });
parentPort.on('message', (message) => {
  if (message === 'continue') {
    if (++texts === 3) return parentPort.postMessage({ result: result() });
    return parentPort.postMessage({ text: 'text' + texts });
  }
  if (message.path === 'ok') {
    parentPort.postMessage({ doing: 'ntdll.pdb' });
    parentPort.postMessage({ text: 'text0' });
  }
  if (message.path === 'crash') throw new Error('boom');
  if (message.path === 'exit') process.exit(3);
});
`;
const REQUEST = {} as FileRequest;

let folder = '';
let thread: FileThread;
let written: string[];
let told: string[];
const work = (path: string): Promise<FileResult> =>
  thread.work(
    path,
    REQUEST,
    async (text) => void written.push(text),
    (doing) => told.push(doing),
  );

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklanes-thread-'));
  writeFileSync(join(folder, 'script.mjs'), SCRIPT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  [written, told] = [[], []];
  thread = new FileThread(pathToFileURL(join(folder, 'script.mjs')));
});
afterEach(() => thread.end());

it('hands texts over one by one, then the result, and tells what it does', async () => {
  expect((await work('ok')).damage).toEqual(['texts 3']);
  expect(written).toEqual(['text0', 'text1', 'text2']);
  expect(told).toEqual(['ntdll.pdb']);
});

it.each([
  ['crash', 'crash: its reader stopped (boom); try it alone.'],
  ['exit', 'exit: its reader stopped (it ended with code 3); try it alone.'],
])('a thread that dies (%s) is a failure of its file, and the next file has a new one', async (path, message) => {
  expect(await work(path)).toEqual(failedResult({ code: 'internal', message, file: path, offset: null }));
  expect((await work('ok')).failure).toBeNull();
});

it('a text that cannot be written ends the work', async () => {
  const failing = thread.work(
    'ok',
    REQUEST,
    () => Promise.reject(new Error('disk full')),
    () => {},
  );
  await expect(failing).rejects.toThrow('disk full');
});
