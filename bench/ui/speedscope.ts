import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import sirv from 'sirv';
import type { Row } from '../results.ts';
import { keepPicture, newPage } from './browser.ts';
import { measureGestures, type Wheel } from './gestures.ts';
import { heapMb } from './recording.ts';
import { speedscopeProfile } from './speedscopeProfile.ts';

const RELEASE = join(import.meta.dirname, '../../node_modules/speedscope/dist/release');
const LOAD_TIMEOUT_MS = 300_000;
/** Its toolbar and its small picture of the whole profile are above the bars, px. */
const PLOT = { x: 0, y: 140, width: 1920, height: 900 };

/** It zooms by (1 + units / 40). */
const WHEEL: Wheel = { pan: (page, units) => page.mouse.wheel(units, 0), zoomUnits: 6 };

/** speedscope of npm in the same browser, with a profile of so many spans. */
export async function measureSpeedscope(browser: Browser, spans: number): Promise<Row[]> {
  const server = await serveSpeedscope(speedscopeProfile(spans));
  const name = `speedscope ${spans.toLocaleString('en-US')}`;
  try {
    const page = await newPage(browser);
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = performance.now();
    const crashed = new Promise<never>((_, fail) => page.once('crash', () => fail(new Error('the page crashed'))));
    await page.goto(`${address}/#profileURL=${encodeURIComponent(`${address}/profile.json`)}`);
    // The title is set with the profile; a frame later it is drawn.
    const loaded = page.waitForFunction(() => document.title.endsWith('- speedscope'), null, {
      timeout: LOAD_TIMEOUT_MS,
    });
    await Promise.race([loaded, crashed]);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const rows: Row[] = [{ name, 'load ms': performance.now() - started, 'heap MB': await heapMb(page) }];
    await keepPicture(page, name);
    rows.push(...(await measureGestures(browser, { name, page, plot: PLOT, wheel: WHEEL })));
    rows[0]['heap at the end MB'] = await heapMb(page);
    await page.close();
    return rows;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function serveSpeedscope(profile: string): Promise<Server> {
  const files = sirv(RELEASE);
  const server = createServer((request, response) => {
    if (request.url === '/profile.json') {
      response.setHeader('content-type', 'application/json');
      createReadStream(profile).pipe(response);
    } else files(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
