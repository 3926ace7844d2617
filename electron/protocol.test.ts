import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as electron from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answer, fileOf, registerScheme, setupProtocol } from './protocol.ts';
import type { electronStandIn } from './standIn.ts';

vi.mock('electron', async () => (await import('./standIn.ts')).electronStandIn());
const { protocol } = electron as unknown as ReturnType<typeof electronStandIn>;

let folder: string;
let rendererDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklanes-protocol-'));
  rendererDir = join(folder, 'renderer');
  await mkdir(join(rendererDir, 'assets'), { recursive: true });
  await writeFile(join(rendererDir, 'index.html'), '<title>Leaklanes</title>');
  await writeFile(join(rendererDir, 'assets/app 1.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const get = (url: string) => answer(rendererDir, { method: 'GET', url });

describe('leaklanes://app', () => {
  it('serves the files of the renderer with a content security policy', async () => {
    const response = await get('leaklanes://app/index.html');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Leaklanes');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('knows the start page, escapes, queries and fragments', async () => {
    expect((await get('leaklanes://app/')).status).toBe(200);
    const script = await get('leaklanes://app/assets/app%201.js?v=1#x');
    expect(script.headers.get('content-type')).toContain('javascript');
  });

  it.each([
    'leaklanes://app/../secret.txt',
    'leaklanes://app/%2e%2e/secret.txt',
    'leaklanes://app/..%2fsecret.txt',
    'leaklanes://app/assets/..%2f..%2fsecret.txt',
    'leaklanes://app/..%5csecret.txt',
    'leaklanes://app/..\\secret.txt',
    'leaklanes://app/C:/secret.txt',
    'leaklanes://app//etc/passwd',
    'leaklanes://app/%00',
    'leaklanes://app/%',
    'leaklanes://app/assets',
    'leaklanes://app/missing.js',
    'leaklanes://other/index.html',
    'leaklanes://app:1/index.html',
    'file:///index.html',
  ])('has nothing at %s', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  it('maps every path into its folder', () => {
    expect(fileOf('/r', 'leaklanes://app/a/b.js')).toBe('/r/a/b.js');
    expect(fileOf('/r', 'leaklanes://app/..%2f..%2fr2/b.js')).toBeNull();
    expect(fileOf('/r', 'leaklanes://app/..%2fr-secret/b.js')).toBeNull();
  });

  it('can only be read', async () => {
    expect((await answer(rendererDir, { method: 'POST', url: 'leaklanes://app/index.html' })).status).toBe(405);
  });

  it('is a standard, secure scheme without further privileges', () => {
    registerScheme();
    setupProtocol(rendererDir);
    expect(protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
      { scheme: 'leaklanes', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect(protocol.handle).toHaveBeenCalledWith('leaklanes', expect.any(Function));
  });
});
