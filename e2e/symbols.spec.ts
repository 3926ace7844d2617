import { createServer, type Server, type ServerResponse } from 'node:http';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, ROOT, SAMPLE, test } from './fixtures.ts';
import { byId, showPage, waitForTrace } from './window.ts';

/** Issue 4, point 7: names of functions in the window. */

const SYMBOLS = join(ROOT, 'samples/symbols');

test.use({ alone: true });

/** The sample without its symbols beside it. */
async function openNameless(page: Page, drop: (path: string) => Promise<void>, path: string): Promise<void> {
  await copyFile(SAMPLE, path);
  await drop(path);
  await waitForTrace(page);
  await byId(page, 'symbols-button').click();
  await expect(byId(page, 'symbols-status')).toContainText('0 %');
}

function moduleRow(page: Page, name: string): Locator {
  return byId(page, 'symbol-module').filter({ has: page.getByRole('button', { name, exact: true }) });
}

test('a PDB that is picked gives names everywhere, and one of another build is refused', async ({
  viewer,
}, testInfo) => {
  const { page, drop, pick } = viewer;
  await openNameless(page, drop, testInfo.outputPath('bare.etl'));
  const row = moduleRow(page, 'ZSATunnel.exe');
  await expect(row).toContainText(/on a server only|not found/);
  await row.getByRole('button', { name: 'ZSATunnel.exe', exact: true }).click();
  await expect(page.locator('.symbol-more')).toContainText('ZSATunnel.pdb, GUID');
  await expect(page.locator('.symbol-more')).toContainText('Where was looked');

  const browse = () => page.getByRole('button', { name: 'Browse for the PDB of ZSATunnel.exe' }).click();
  await pick(join(SYMBOLS, 'EventLeak.pdb'), browse);
  await expect(byId(page, 'message')).toContainText(/EventLeak\.pdb|GUID|build/);
  await expect(row).not.toContainText('has names');
  await byId(page, 'message').getByRole('button', { name: 'Dismiss' }).first().click();
  const garbage = testInfo.outputPath('ZSATunnel.pdb');
  await writeFile(garbage, 'no PDB '.repeat(1000));
  await pick(garbage, browse);
  await expect(byId(page, 'message')).toContainText('ZSATunnel.pdb');

  await pick(join(SYMBOLS, 'ZSATunnel.pdb'), browse);
  await expect(row).toContainText('has names');
  await expect(byId(page, 'symbols-status')).toContainText('1 of 13 modules');
  await page.keyboard.press('n');
  await expect(byId(page, 'create-stack')).toContainText('CTunnelKeepAlive::StartProbeThread');
  // Others are as they were.
  await expect(byId(page, 'create-stack')).toContainText(/ntoskrnl\.exe\+0x|ntoskrnl\.exe\s*\+/);
});

test('symbols are fetched from a server after a yes, can be cancelled, and the answer is kept', async ({
  viewer,
}, testInfo) => {
  const { page, drop } = viewer;
  const server = await startSymbolServer();
  await openNameless(page, drop, testInfo.outputPath('bare.etl'));
  await page.getByText('Where symbols are looked for').click();
  await byId(page, 'symbol-path').fill(`srv*${server.url}`);
  await byId(page, 'apply-path').click();
  await expect(byId(page, 'symbol-path')).toHaveValue(`srv*${server.url}`);
  await expect(byId(page, 'load-symbols')).toBeEnabled();
  await settled(page);
  expect(server.asked(), 'nothing is fetched before somebody says so').toBe(0);

  await byId(page, 'load-symbols').click();
  await expect(byId(page, 'symbols-consent')).toContainText('127.0.0.1');
  server.hold();
  await byId(page, 'allow-download').click();
  await expect.poll(() => server.asked()).toBeGreaterThan(0);
  await byId(page, 'cancel-symbols').click();
  await expect(byId(page, 'cancel-symbols')).toHaveCount(0);
  await expect(byId(page, 'symbols-status')).toContainText('0 %');

  server.release();
  // What a job that was stopped has found is asked anew, and moves the buttons.
  await settled(page);
  // The answer is kept: no question again.
  await byId(page, 'load-symbols').click();
  await expect(byId(page, 'symbols-consent')).toHaveCount(0);
  await expect(byId(page, 'symbols-status')).toContainText('13 of 13 modules');
  await expect(byId(page, 'symbols-button')).toHaveAccessibleName('Names: 100 %');
  await showPage(page, 'stacks');
  await byId(page, 'hot-path').click();
  await expect(byId(page, 'stacks-table')).toContainText('!');
  await server.stop();
});

interface SymbolServer {
  url: string;
  asked(): number;
  /** Answers wait until they are released. */
  hold(): void;
  release(): void;
  stop(): Promise<void>;
}

/** A symbol server of this machine: `/name.pdb/GUIDage/name.pdb` of the sample's PDBs. */
async function startSymbolServer(): Promise<SymbolServer> {
  let asked = 0;
  let held: (() => void)[] | null = null;
  const answer = async (url: string, response: ServerResponse): Promise<void> => {
    const bytes = await readFile(join(SYMBOLS, basename(url))).catch(() => null);
    response.writeHead(bytes === null ? 404 : 200).end(bytes ?? undefined);
  };
  const server: Server = createServer((request, response) => {
    asked++;
    const go = () => void answer(request.url ?? '', response);
    if (held === null) go();
    else held.push(go);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    hold: () => (held ??= []),
    release() {
      const waiting = held ?? [];
      held = null;
      for (const go of waiting) go();
    },
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
