// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeWire, encodeWire } from '../../shared/wire.ts';
import { createServeHost } from './serveHost.ts';

function setup(search = '?token=abc%20d') {
  const sent: Record<string, unknown>[] = [];
  const urls: string[] = [];
  const fake = {
    onopen: null as (() => void) | null,
    onclose: null,
    onmessage: null as ((event: { data: unknown }) => void) | null,
    send: (text: string) => void sent.push(decodeWire(text) as Record<string, unknown>),
  };
  const host = createServeHost({ search, host: '127.0.0.1:4000', protocol: 'http:' }, (url) => {
    urls.push(url);
    return fake;
  });
  fake.onopen?.();
  return { host, sent, urls, reply: (message: unknown) => fake.onmessage?.({ data: encodeWire(message) }) };
}

const noProgress = () => {};
const signal = new AbortController().signal;

afterEach(() => {
  sessionStorage.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('serve host', () => {
  it('carries the token, and remembers it for a reload without it', () => {
    expect(setup().urls).toEqual(['ws://127.0.0.1:4000/ws?token=abc%20d']);
    expect(setup('').urls).toEqual(['ws://127.0.0.1:4000/ws?token=abc%20d']);
  });

  it('says what the address lacks where there is no token, and tries nothing', async () => {
    const { host, urls } = setup('');
    expect(urls).toEqual([]);
    await expect(host.recentFiles()).rejects.toThrow(
      'This address lacks the token; open the full address that leaklanes serve printed.',
    );
  });

  it('opens by argument and by recent id in the words of the protocol', () => {
    const { host, sent } = setup();
    void host.open({ kind: 'argument' }, noProgress, signal);
    void host.open({ kind: 'recent', id: 'r1' }, noProgress, signal);
    expect(sent.map(({ method, params }) => ({ method, params }))).toEqual([
      { method: 'open', params: { source: { kind: 'argument' } } },
      { method: 'open', params: { source: { kind: 'recent', id: 'r1' } } },
    ]);
  });

  it('uploads a dropped file first, with progress, then opens what was uploaded', async () => {
    const { host, sent } = setup();
    const requests: FakeRequest[] = [];
    class FakeRequest {
      upload: { onprogress: ((event: object) => void) | null } = { onprogress: null };
      onload: (() => void) | null = null;
      status = 200;
      responseText = '{"id":"u7"}';
      opened: string[] = [];
      body: unknown;
      open(...args: string[]): void {
        this.opened = args;
        requests.push(this);
      }
      send(body: unknown): void {
        this.body = body;
      }
      abort(): void {}
    }
    vi.stubGlobal('XMLHttpRequest', FakeRequest);
    const file = new File(['12345'], 'my trace.etl');
    const seen: unknown[] = [];
    void host.open({ kind: 'file', file }, (progress) => seen.push(progress), signal);
    const [request] = requests;
    expect(request?.opened).toEqual(['POST', '/upload?token=abc%20d&name=my%20trace.etl']);
    expect(request?.body).toBe(file);
    request?.upload.onprogress?.({ loaded: 3, total: 5, lengthComputable: true });
    expect(seen.at(-1)).toEqual({ phase: 'upload', bytesDone: 3, bytesTotal: 5, events: 0 });
    request?.onload?.();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ method: 'open', params: { source: { kind: 'upload', id: 'u7' } } });
  });

  it('downloads an export under the name it was asked for', async () => {
    const { host, sent, reply } = setup();
    const clicked: { href: string; download: string }[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
      clicked.push({ href: this.getAttribute('href') ?? '', download: this.download });
    });
    const exported = host.exportCsv({ leak: true }, 'a-objects.csv', noProgress, signal);
    expect(sent[0]).toMatchObject({ method: 'exportCsv', params: { filter: { leak: true }, name: 'a-objects.csv' } });
    reply({ type: 'result', id: 1, result: { downloadId: 'd1', rows: 3, bytes: 99 } });
    expect(await exported).toEqual({ rows: 3, bytes: 99 });
    expect(clicked).toEqual([{ href: '/download?token=abc%20d&id=d1', download: 'a-objects.csv' }]);
  });
});
