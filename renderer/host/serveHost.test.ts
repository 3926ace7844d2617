// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostTableExportSchema } from '../../shared/protocol.ts';
import type { TableExportRequest } from '../../shared/tables.ts';
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

class FakeRequest {
  upload: { onprogress: ((event: object) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  status = 200;
  responseText = '{"id":"u7"}';
  opened: string[] = [];
  body: unknown;
  open(...args: string[]): void {
    this.opened = args;
  }
  send(body: unknown): void {
    this.body = body;
  }
  abort(): void {}
}

/** Uploads go nowhere: the list has them in order. */
function fakeUploads(): FakeRequest[] {
  const requests: FakeRequest[] = [];
  vi.stubGlobal(
    'XMLHttpRequest',
    class extends FakeRequest {
      constructor() {
        super();
        requests.push(this);
      }
    },
  );
  return requests;
}

/** Downloads go nowhere: the list has them in order. */
function fakeDownloads(): { href: string; download: string }[] {
  const clicked: { href: string; download: string }[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    clicked.push({ href: this.getAttribute('href') ?? '', download: this.download });
  });
  return clicked;
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
    const requests = fakeUploads();
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
    const clicked = fakeDownloads();
    const exported = host.exportCsv({ leak: true }, 'a-objects.csv', noProgress, signal);
    expect(sent[0]).toMatchObject({ method: 'exportCsv', params: { filter: { leak: true }, name: 'a-objects.csv' } });
    reply({ type: 'result', id: 1, result: { downloadId: 'd1', rows: 3, bytes: 99 } });
    expect(await exported).toEqual({ rows: 3, bytes: 99 });
    expect(clicked).toEqual([{ href: '/download?token=abc%20d&id=d1', download: 'a-objects.csv' }]);
  });

  it('exports a table in the words of the protocol, and downloads it', async () => {
    const { host, sent, reply } = setup();
    const clicked = fakeDownloads();
    const request: Omit<TableExportRequest, 'path'> = {
      table: 'handles',
      filter: {},
      sort: [],
      columns: ['owner'],
      format: 'tsv',
    };
    const exported = host.exportTable(request, 'a-handles.tsv', noProgress, signal);
    expect(sent[0]).toMatchObject({ method: 'exportTable' });
    expect(hostTableExportSchema.parse(sent[0].params)).toEqual({ ...request, name: 'a-handles.tsv' });
    reply({ type: 'result', id: 1, result: { downloadId: 'd2', rows: 5, bytes: 7 } });
    expect(await exported).toEqual({ rows: 5, bytes: 7 });
    expect(clicked).toEqual([{ href: '/download?token=abc%20d&id=d2', download: 'a-handles.tsv' }]);
  });

  it('looks for names with progress', async () => {
    const { host, sent, reply } = setup();
    const seen: unknown[] = [];
    const done = host.loadSymbols({ retry: true }, (progress) => seen.push(progress), signal);
    expect(sent[0]).toMatchObject({ method: 'loadSymbols', params: { retry: true } });
    const progress = { phase: 'symbols', bytesDone: 0, bytesTotal: 0, events: 0, doing: 'ntdll.pdb' };
    reply({ type: 'progress', id: 1, progress });
    reply({ type: 'result', id: 1, result: { report: null, summary: null } });
    await done;
    expect(seen).toEqual([progress]);
  });

  it('sends a picked PDB first, then names it for its module', async () => {
    const { host, sent, reply } = setup();
    const requests = fakeUploads();
    const done = host.usePdb(3, new File(['x'], 'app.pdb'), signal);
    expect(requests[0].opened).toEqual(['POST', '/upload?token=abc%20d&name=app.pdb']);
    requests[0].onload?.();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ method: 'usePdb', params: { module: 3, upload: 'u7' } });
    reply({ type: 'result', id: 1, result: null });
    expect(await done).toBeNull();
    await expect(host.usePdb(3, null, signal)).rejects.toThrow('pick the PDB on the page');
  });

  it('opens another window on its start page, with the token', () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    setup().host.newWindow?.();
    expect(open).toHaveBeenCalledExactlyOnceWith('/?token=abc%20d#start', '_blank', 'noopener');
  });
});
