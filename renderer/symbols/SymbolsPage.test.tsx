// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { SymbolModule, SymbolsReport } from '../../shared/symbols.ts';
import { fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
import { SymbolsPage } from './SymbolsPage.tsx';

afterEach(cleanup);

async function renderSymbols(options: ServiceHostOptions = {}) {
  fakeLayout();
  const opened = await openViewer(options);
  const rendered = renderWith(opened.viewer, <SymbolsPage />);
  await screen.findByTestId('symbols-status');
  opened.host.symbolRequests.length = 0;
  return { ...opened, ...rendered };
}

const module = (change: Partial<SymbolModule>): SymbolModule => ({
  module: 0,
  name: 'app.exe',
  path: 'C:\\app\\app.exe',
  version: '1.2',
  pdb: { name: 'app.pdb', guid: '00000000-0000-0000-0000-000000000001', age: 1 },
  frames: 10,
  framesNamed: 0,
  state: 'notFound',
  detail: 'app.pdb is in none of the 2 places.',
  origin: null,
  tried: [
    { where: 'C:\\symbols', outcome: 'not there' },
    { where: 'https://s.example/', outcome: 'HTTP 404' },
  ],
  system: false,
  ...change,
});
const report = (change: Partial<SymbolsReport> = {}): SymbolsReport => ({
  status: { version: 1, loading: false, frames: 20, framesWithModule: 18, framesNamed: 5, modules: 2, modulesNamed: 1 },
  path: 'C:\\out;srv*https://s.example/',
  pathFrom: 'setting',
  pathProblems: [],
  download: false,
  names: 'short',
  modules: [module({}), module({ module: 1, name: 'ntdll.dll', state: 'named', system: true, tried: [] })],
  ...change,
});
const answering = (change: Partial<SymbolsReport> = {}) => ({ answers: { symbols: () => report(change) } });
const modules = () => screen.getAllByTestId('symbol-module');

describe('the page of symbols', () => {
  it('lists the modules of the sample, most frames first', async () => {
    const { host } = await renderSymbols();
    const { modules: known } = await host.query('symbols', undefined);
    const frames = modules().map((row) => Number(within(row).getAllByRole('cell')[1].textContent.replaceAll(',', '')));
    expect(frames).toEqual(known.map((one) => one.frames));
    expect(frames).toEqual([...frames].sort((a, b) => b - a));
  });

  it('says of a module where was looked and what came of it', async () => {
    await renderSymbols(answering());
    expect(modules()[0].textContent).toContain('not found');
    fireEvent.click(within(modules()[0]).getByRole('button', { name: 'app.exe' }));
    const places = screen.getAllByRole('listitem').map((item) => item.textContent);
    expect(places).toEqual(['C:\\symbols: not there', 'https://s.example/: HTTP 404']);
  });

  it('tells what servers learn before it asks them the first time, and remembers the answer', async () => {
    const { host } = await renderSymbols(answering());
    fireEvent.click(screen.getByTestId('load-symbols'));
    expect(host.symbolRequests).toEqual([]);
    expect(screen.getByTestId('symbols-consent').textContent).toMatch(/s\.example.*name, GUID and age/);
    fireEvent.click(screen.getByTestId('allow-download'));
    expect(host.symbolRequests).toEqual([{ download: true, remember: true }]);
  });

  it('loads what this machine has without asking', async () => {
    const { host } = await renderSymbols(answering());
    fireEvent.click(screen.getByTestId('load-symbols'));
    fireEvent.click(screen.getByTestId('load-local'));
    expect(host.symbolRequests).toEqual([{ download: false }]);
    expect(screen.queryByTestId('symbols-consent')).toBeNull();
  });

  it('does not ask again once it is allowed, and can be switched off', async () => {
    const { host } = await renderSymbols(answering({ download: true }));
    fireEvent.click(screen.getByTestId('load-symbols'));
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>('allow-servers').disabled).toBe(false));
    fireEvent.click(screen.getByTestId('allow-servers'));
    expect(host.symbolRequests).toEqual([{}, { download: false, remember: true }]);
  });

  it('edits the path a line at a time and says what is wrong with one', async () => {
    const { host } = await renderSymbols(answering());
    const path = screen.getByTestId<HTMLTextAreaElement>('symbol-path');
    expect(path.value).toBe('C:\\out\nsrv*https://s.example/');
    fireEvent.change(path, { target: { value: 'D:\\out\nserver*x' } });
    expect(screen.getByRole('alert').textContent).toContain('unknown');
    expect(screen.getByTestId<HTMLButtonElement>('apply-path').disabled).toBe(true);
    fireEvent.change(path, { target: { value: 'D:\\out\nsrv*https://t.example/' } });
    fireEvent.click(screen.getByTestId('apply-path'));
    expect(host.symbolRequests).toEqual([{ path: 'D:\\out;srv*https://t.example/', remember: true }]);
  });

  it('goes back to the default path, asks for full names, and again for what was not found', async () => {
    const { host } = await renderSymbols(answering());
    const idle = () =>
      waitFor(() => expect(screen.getByTestId<HTMLButtonElement>('load-symbols').disabled).toBe(false));
    fireEvent.click(screen.getByTestId('reset-path'));
    await idle();
    fireEvent.click(screen.getByRole('radio', { name: 'Full' }));
    await idle();
    fireEvent.click(screen.getByTestId('retry-symbols'));
    expect(host.symbolRequests).toEqual([
      { path: '', remember: true },
      { names: 'full', remember: true },
      { retry: true },
    ]);
  });

  it('takes a PDB that the user picks', async () => {
    const { host } = await renderSymbols(answering());
    const picked: unknown[] = [];
    host.usePdb = (index, file) => {
      picked.push([index, file?.name]);
      return Promise.resolve(null);
    };
    const file = new File(['x'], 'app.pdb');
    fireEvent.change(screen.getByTestId('pdb-file-0'), { target: { files: [file] } });
    await waitFor(() => expect(picked).toEqual([[0, 'app.pdb']]));
  });

  it('shows what is being done and can stop it', async () => {
    const { host, viewer } = await renderSymbols(answering({ download: true }));
    host.hold('symbols');
    fireEvent.click(screen.getByTestId('load-symbols'));
    viewer.session.setState((s) => ({ symbols: { ...s.symbols, doing: 'ntdll.pdb: 12 of 30 MB' } }));
    expect(await screen.findByText('ntdll.pdb: 12 of 30 MB')).toBeTruthy();
    fireEvent.click(screen.getByTestId('cancel-symbols'));
    await waitFor(() => expect(viewer.session.getState().symbols.running).toBe(false));
  });

  it('shows only modules without names, or those that are searched', async () => {
    await renderSymbols(answering());
    fireEvent.click(screen.getByRole('button', { name: 'Without names' }));
    expect(modules()).toHaveLength(1);
    fireEvent.change(screen.getByLabelText('Search modules'), { target: { value: 'ntdll' } });
    expect(screen.queryAllByTestId('symbol-module')).toHaveLength(0);
  });
});
