/**
 * Work on files in threads of their own. The thread runs the program's own script: main.ts sees that it is in a thread and
 * serves files. A thread waits for a word after each text, so that it never runs ahead of the output.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { errorData, type TraceErrorData } from '../shared/errors.ts';
import { failedResult, workOnFile, type FileRequest, type FileResult } from './fileWork.ts';
import { beforeEnding, putInOrder } from './interruption.ts';

type ToThread = { path: string; request: FileRequest } | 'continue' | 'end';
type FromThread = { text: string } | { doing: string } | { result: FileResult } | 'inOrder';

/** Serves one file after the other, in the thread. */
export function serveFiles(): void {
  const port = parentPort;
  if (port === null) throw new Error('serveFiles is for worker threads');
  let proceed = (): void => undefined;
  const write = (text: string): Promise<void> => {
    port.postMessage({ text } satisfies FromThread);
    return new Promise((resolve) => (proceed = resolve));
  };
  port.on('message', (message: ToThread) => {
    if (message === 'continue') return proceed();
    if (message === 'end') return void putInOrder().then(() => port.postMessage('inOrder' satisfies FromThread));
    const tell = (doing: string): void => port.postMessage({ doing } satisfies FromThread);
    workOnFile(message.path, message.request, write, tell)
      .catch((error: unknown) => failedResult(errorData(error)))
      .then((result) => port.postMessage({ result } satisfies FromThread))
      .catch((error: unknown) => {
        throw error;
      });
  });
}

/** A thread that is started when it is first needed, and again when it has died of a file. */
export class FileThread {
  private readonly script: URL;
  private worker: Worker | null = null;

  constructor(script: URL) {
    this.script = script;
  }

  /** As {@link workOnFile}; a thread that dies is a failure of its file. */
  async work(
    path: string,
    request: FileRequest,
    write: (text: string) => Promise<void>,
    tell: (doing: string) => void,
  ): Promise<FileResult> {
    const worker = (this.worker ??= new Worker(this.script, { name: 'leaklanes file' }));
    return new Promise((resolve, reject) => {
      const onMessage = (message: FromThread): void => {
        if (message === 'inOrder') return;
        if ('text' in message) {
          write(message.text).then(() => worker.postMessage('continue' satisfies ToThread), settle(reject));
        } else if ('doing' in message) tell(message.doing);
        else settle(resolve)(message.result);
      };
      const onError = (error: Error): void => {
        this.worker = null;
        settle(resolve)(failedResult(deathOf(path, error)));
      };
      const onExit = (code: number): void => onError(new Error(`it ended with code ${code}`));
      const settle =
        <Value>(end: (value: Value) => void) =>
        (value: Value): void => {
          release();
          worker.off('message', onMessage).off('error', onError).off('exit', onExit);
          end(value);
        };
      const release = beforeEnding(() => putThreadInOrder(worker));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage({ path, request } satisfies ToThread);
    });
  }

  async end(): Promise<void> {
    await this.worker?.terminate();
  }
}

/** Resolves when the thread has done what is to be done before the program ends, or is no more. */
function putThreadInOrder(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.on('message', (message: FromThread) => message === 'inOrder' && resolve()).once('exit', () => resolve());
    worker.postMessage('end' satisfies ToThread);
  });
}

function deathOf(path: string, error: Error & { code?: string }): TraceErrorData {
  const message =
    error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? `${path}: needs more memory than there is; close other programs, or read fewer files at a time with --jobs 1.`
      : `${path}: its reader stopped (${error.message}); try it alone.`;
  return { code: 'internal', message, file: path, offset: null };
}
