// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commandById } from '../app/commands/registry.ts';
import { fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import type { ServiceHostOptions } from '../testing/serviceHost.ts';
import { StacksPage } from './StacksPage.tsx';

afterEach(cleanup);

async function renderStacks(options: ServiceHostOptions = {}) {
  fakeLayout();
  const opened = await openViewer(options);
  opened.viewer.tables.getState().showPage('stacks');
  return { ...opened, ...renderWith(opened.viewer, <StacksPage />) };
}

async function tree(): Promise<HTMLElement> {
  const grid = await screen.findByTestId('stacks-table');
  await waitFor(() => expect(rows(grid).length).toBeGreaterThan(0));
  return grid;
}
const rows = (grid: HTMLElement) => within(grid).queryAllByTestId('stack-row');
const active = (grid: HTMLElement) => document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
const NO_UI = { pickTrace: () => undefined, pickView: () => undefined, showPanel: () => undefined };
const count = (row: HTMLElement, column: number) =>
  Number(within(row).getAllByRole('gridcell')[column].textContent.replaceAll(',', ''));

describe('the tree of stacks', () => {
  it('counts every object once', async () => {
    const { viewer } = await renderStacks();
    const grid = await tree();
    const { objects, mappings, leaks } = viewer.session.getState().summary!;
    expect(rows(grid).reduce((sum, row) => sum + count(row, 1), 0)).toBe(objects + mappings);
    expect(rows(grid).reduce((sum, row) => sum + count(row, 2), 0)).toBe(leaks);
  });

  it('opens the path that most objects come from, and filters to where it ends', async () => {
    const { viewer } = await renderStacks();
    const grid = await tree();
    fireEvent.keyDown(grid, { key: 'Home' });
    fireEvent.click(screen.getByTestId('hot-path'));
    await waitFor(() => expect(viewer.tables.getState().stacks.openNodes.size).toBeGreaterThan(2));
    await waitFor(() => expect(grid.getAttribute('aria-activedescendant')).not.toBe('stacks-table-0'));
    fireEvent.keyDown(grid, { key: 'Enter' });
    expect(Object.keys(viewer.filter.getState().filter)).toEqual(['createStackId']);
  });

  it('goes to the own call that leaks most, from wherever the window is', async () => {
    const { viewer } = await renderStacks();
    const grid = await tree();
    commandById('leakingCall')!.run(viewer, NO_UI);
    await waitFor(() => expect(active(grid)?.textContent).toContain('ZSATunnel.exe+0x58D3'));
    expect(viewer.tables.getState().stacks).toMatchObject({ by: 'create', onlyLeaks: true, inverted: false });
    expect(document.activeElement).toBe(grid);
    fireEvent.keyDown(grid, { key: 'Enter' });
    await waitFor(() => expect(viewer.filter.getState().filter.createStackId).toBeDefined());
    // What was wanted once is not wanted again.
    expect(viewer.tables.getState().hotPathWanted).toBe(false);
  });

  it('opens by → and *, closes by ←', async () => {
    await renderStacks();
    const grid = await tree();
    const closed = rows(grid).length;
    fireEvent.keyDown(grid, { key: 'Home' });
    fireEvent.keyDown(grid, { key: 'ArrowRight' });
    await waitFor(() => expect(rows(grid).length).toBeGreaterThan(closed));
    const one = Number(grid.getAttribute('aria-rowcount'));
    fireEvent.keyDown(grid, { key: '*' });
    await waitFor(() => expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(one));
    fireEvent.keyDown(grid, { key: 'ArrowLeft' });
    await waitFor(() => expect(rows(grid)).toHaveLength(closed));
  });

  it('asks for what its switches say', async () => {
    const { host } = await renderStacks();
    await tree();
    fireEvent.click(screen.getByRole('button', { name: 'Bottom-up' }));
    fireEvent.click(screen.getByRole('button', { name: 'Only leaks' }));
    fireEvent.click(screen.getByRole('button', { name: 'Fold system' }));
    fireEvent.click(screen.getByRole('button', { name: 'Destroy' }));
    await waitFor(() =>
      expect(host.asked('stackTree').at(-1)).toMatchObject({
        by: 'destroy',
        inverted: true,
        onlyLeaks: true,
        foldSystem: false,
      }),
    );
  });

  it('keeps the widths of its columns, until its own are wanted', async () => {
    const { viewer, unmount } = await renderStacks();
    const call = (grid: HTMLElement) => within(grid).getAllByRole('columnheader')[0];
    const own = call(await tree()).style.width;
    const wider = `${Number.parseFloat(own) + 16}px`;
    fireEvent.keyDown(within(call(await tree())).getByRole('button'), { key: 'ArrowRight', shiftKey: true });
    await waitFor(async () => expect(call(await tree()).style.width).toBe(wider));
    unmount();
    renderWith(viewer, <StacksPage />);
    expect(call(await tree()).style.width).toBe(wider);
    act(() => commandById('tableOwnColumns')!.run(viewer, NO_UI));
    expect(call(await tree()).style.width).toBe(own);
  });

  it('copies a stack with the innermost call first', async () => {
    const writeText = vi.fn((_text: string) => Promise.resolve());
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { clipboard: { writeText } }));
    await renderStacks();
    const grid = await tree();
    fireEvent.keyDown(grid, { key: 'Home' });
    const outer = within(rows(grid)[0]).getAllByRole('gridcell')[0].textContent;
    fireEvent.keyDown(grid, { key: 'ArrowRight' });
    await waitFor(() => expect(rows(grid)[1]?.getAttribute('aria-level')).toBe('2'));
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    const inner = within(rows(grid)[1]).getAllByRole('gridcell')[0].textContent;
    fireEvent.click(screen.getByRole('button', { name: 'Copy stack' }));
    await waitFor(() => expect(writeText).toHaveBeenCalledWith(`${inner}\n${outer}\n`));
    vi.unstubAllGlobals();
  });

  it('says how to record stacks where the trace has none', async () => {
    const { viewer } = await renderStacks();
    await tree();
    const { summary } = viewer.session.getState();
    viewer.session.setState({ summary: { ...summary!, trust: { ...summary!.trust, objectEventsWithStack: 0 } } });
    expect((await screen.findByTestId('empty-state')).textContent).toMatch(/No stacks in this trace.*-stackwalk/s);
  });

  it('says so where only leaks are wanted and there are none', async () => {
    const { viewer } = await renderStacks();
    await tree();
    viewer.filter.getState().patch({ type: 'NoSuchType' });
    viewer.tables.getState().setStacks({ onlyLeaks: true });
    expect((await screen.findByTestId('empty-state')).textContent).toContain('No leaks here');
    fireEvent.click(screen.getByRole('button', { name: 'Show all objects' }));
    expect(viewer.tables.getState().stacks.onlyLeaks).toBe(false);
  });
});

describe('the icicle', () => {
  it('zooms by keyboard and goes back by its breadcrumb', async () => {
    const { viewer } = await renderStacks();
    viewer.tables.getState().setStacks({ shape: 'icicle' });
    const icicle = await screen.findByTestId('icicle');
    await waitFor(() => expect(within(icicle).getAllByRole('treeitem').length).toBeGreaterThan(1));
    fireEvent.keyDown(icicle, { key: 'ArrowDown' });
    const active = icicle.getAttribute('aria-activedescendant');
    expect(active).not.toBe('icicle-all');
    fireEvent.keyDown(icicle, { key: 'Enter' });
    await waitFor(() => expect(viewer.tables.getState().stacks.root).not.toBe(''));
    fireEvent.click(screen.getByRole('button', { name: 'All' }));
    expect(viewer.tables.getState().stacks.root).toBe('');
  });
});
