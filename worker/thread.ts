import { parentPort } from 'node:worker_threads';
import { serveService } from './dispatch.ts';
import { createTraceService } from './service.ts';

/** Entry of the worker thread that owns a trace: `startTraceWorker` of client.ts starts it, dist/node/worker.js is its bundle. */
if (parentPort === null) throw new Error('worker/thread.ts runs as a worker thread, not as a program of its own');
serveService(parentPort, createTraceService());
