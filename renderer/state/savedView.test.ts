// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { createServiceHost } from '../testing/serviceHost.ts';
import { openViewer } from '../testing/renderApp.tsx';
import { selectObject } from './select.ts';
import { hashOfView, readHashView, writeHashView } from './hashView.ts';
import { openTrace } from './openTrace.ts';
import { keepView, rememberViews } from './rememberedViews.ts';
import { applyView, currentView, parseView, type SavedView } from './savedView.ts';
import { openView } from './viewFiles.ts';
import { createViewer, type Viewer } from './viewer.ts';

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, '', location.pathname);
});

const summaryOf = (viewer: Viewer) => viewer.session.getState().summary!;
const viewOf = (viewer: Viewer): SavedView => currentView(viewer, summaryOf(viewer));
const asFile = (value: unknown) => new File([JSON.stringify(value)], 'my.json');
const message = (viewer: Viewer) => viewer.messages.getState().messages.find((m) => m.key === 'view:')?.text;

/** Changes a bit of everything that a view has. */
function change(viewer: Viewer): void {
  viewer.filter.getState().patch({ leak: true, createStackId: '3' });
  const view = viewer.view.getState();
  view.goTo(1e9, 2e9);
  view.setGrouping(['type', 'createStack']);
  view.set({
    packing: 'single',
    colorBy: 'end',
    upper: 'mappings',
    rulerRange: { fromNs: 1e9, toNs: 1.5e9 },
    pinned: ['t:1'],
  });
  view.setOpenGroups(['t:1']);
  view.addMark(1.2e9, 'here');
  const tables = viewer.tables.getState();
  tables.showPage('handles');
  tables.setTable('handles', { sort: [{ column: 'owner', descending: true }], columns: ['owner', 'handle'] });
  tables.setWidth('handles', 'owner', 222);
  tables.setGroupBy(['name', 'process']);
  tables.setStacks({ by: 'any', inverted: true, shape: 'icicle' });
  tables.setStackWidth('label', 333);
  viewer.search.getState().setText('Signal');
  viewer.layout.getState().set({ overviewOpen: false, maximised: 'lanes' });
}

describe('a saved view', () => {
  it('brings everything back in the same trace, from text', async () => {
    const { viewer } = await openViewer();
    change(viewer);
    const text = JSON.stringify(viewOf(viewer));
    localStorage.clear();
    const { viewer: other } = await openViewer();
    expect(JSON.stringify(viewOf(other))).not.toBe(text);
    const parsed = parseView(text);
    if (typeof parsed === 'string') throw new Error(parsed);
    expect(parsed.problems).toEqual([]);
    expect(applyView(other, parsed.view, summaryOf(other))).toEqual([]);
    expect(JSON.parse(JSON.stringify(viewOf(other)))).toEqual(JSON.parse(text));
  });

  it('of before the widths of stacks were kept says nothing of them', async () => {
    const { viewer } = await openViewer();
    change(viewer);
    const { widths: _, ...stacks } = viewOf(viewer).stacks!;
    const parsed = parseView(JSON.stringify({ ...viewOf(viewer), stacks }));
    expect(parsed).toMatchObject({ problems: [], view: { stacks: { ...stacks, widths: {} } } });
  });

  it('says what of another trace it cannot apply, and applies the rest', async () => {
    const { viewer } = await openViewer();
    change(viewer);
    viewer.view.getState().set({ marks: [{ ns: 1, name: 'in' }] });
    const view = viewOf(viewer);
    view.trace = { name: 'other.etl', bytes: 5, start: '1' };
    view.marks!.push({ ns: 9e15, name: 'out' });
    view.time = { range: { fromNs: 8e15, toNs: 9e15 }, ruler: null };
    const { viewer: other } = await openViewer();
    await openView(other, asFile(view));
    const said = message(other)!;
    for (const part of [
      'It is of another trace: other.etl, not handle-leak.etl, 5 bytes',
      'recorded at another time',
      'the filter of create stacks',
      'which groups are open and pinned',
      '1 of 2 marks',
      'the range of time, which is after the end',
    ])
      expect(said).toContain(part);
    expect(other.filter.getState().filter).toEqual({ leak: true });
    expect(other.view.getState()).toMatchObject({ packing: 'single', grouping: ['type', 'createStack'] });
    expect(other.view.getState().openGroups.size).toBe(0);
  });

  it('brings the selected object back, in its own trace only', async () => {
    const { viewer } = await openViewer();
    await selectObject(viewer, 7, 'table');
    const view = viewOf(viewer);
    expect(view.selection).toBe(7);
    await selectObject(viewer, null, 'table');
    expect(applyView(viewer, view, summaryOf(viewer))).toEqual([]);
    expect(viewer.selection.getState().id).toBe(7);
    const other = { ...view, trace: { ...view.trace, name: 'other.etl' } };
    expect(applyView(viewer, other, summaryOf(viewer)).join()).toContain('the selected object, number 7');
    expect(viewer.selection.getState().id).toBeNull();
  });

  it('of a newer version applies what it knows and says so', async () => {
    const { viewer } = await openViewer();
    change(viewer);
    const newer = {
      ...viewOf(viewer),
      version: 7,
      lanes: { grouping: ['colour of the sky'] },
      panes: undefined,
      sky: 1,
    };
    const { viewer: other } = await openViewer();
    await openView(other, asFile(newer));
    expect(message(other)).toContain('another version of Leaklanes (format 7, this one writes 1)');
    expect(message(other)).toContain('Not applied: the grouping of the lanes');
    expect(other.filter.getState().filter).toEqual({ leak: true, createStackId: '3' });
    expect(other.view.getState().grouping).toEqual(['process', 'type']);
  });

  it('names columns that the table does not have', async () => {
    const { viewer } = await openViewer();
    viewer.tables.getState().setTable('handles', { columns: ['owner', 'moonPhase'] });
    const view = viewOf(viewer);
    const { viewer: other } = await openViewer();
    await openView(other, asFile(view));
    expect(message(other)).toContain('columns that handles does not have (moonPhase)');
  });

  it.each([
    ['not JSON', 'a,b\n1,2', 'it is not JSON'],
    ['other JSON', '{"format": "x"}', 'no saved view'],
    ['a list', '[1]', 'no saved view'],
  ])('is not %s', async (_, text, said) => {
    const { viewer } = await openViewer();
    const before = JSON.stringify(viewOf(viewer));
    await openView(viewer, new File([text], 'x.json'));
    expect(message(viewer)).toContain(said);
    expect(JSON.stringify(viewOf(viewer))).toBe(before);
  });

  it('needs a trace', async () => {
    const viewer = createViewer(createServiceHost());
    await openView(viewer, asFile({}));
    expect(message(viewer)).toContain('Open the trace of this view first');
  });
});

describe('opening a trace again', () => {
  it('comes back where it was, with nothing to undo', async () => {
    const { viewer } = await openViewer();
    change(viewer);
    const kept = viewOf(viewer);
    keepView(kept);
    const { viewer: again } = await openViewer();
    expect(viewOf(again)).toEqual(kept);
    expect(again.filter.getState().past).toEqual([]);
    expect(again.view.getState().back).toEqual([]);
  });

  it('takes the address before the storage, and neither of another trace', async () => {
    const { viewer } = await openViewer();
    viewer.filter.getState().patch({ leak: true });
    keepView(viewOf(viewer));
    viewer.filter.getState().replace({ type: 'Event' });
    history.replaceState(null, '', hashOfView(JSON.stringify(viewOf(viewer))));
    const { viewer: again } = await openViewer();
    expect(again.filter.getState().filter).toEqual({ type: 'Event' });

    localStorage.clear();
    keepView({ ...viewOf(viewer), trace: { name: 'other.etl', bytes: 1, start: '2' } });
    history.replaceState(null, '', location.pathname);
    const { viewer: fresh } = await openViewer();
    expect(fresh.filter.getState().filter).toEqual({});
  });

  it('says so where the view of a link is of another trace, not where it was left by this window', async () => {
    const { viewer } = await openViewer();
    const view = viewOf(viewer);
    const hash = hashOfView(JSON.stringify({ ...view, trace: { ...view.trace, name: 'other.etl' } }));
    history.replaceState(null, '', hash);
    const { viewer: linked } = await openViewer();
    expect(message(linked)).toContain('other.etl, not handle-leak.etl');
    writeHashView(JSON.stringify({ ...view, trace: { ...view.trace, name: 'other.etl' } }));
    const { viewer: reloaded } = await openViewer();
    expect(message(reloaded)).toBeUndefined();
  });

  it('keeps the views of so many traces only, and does not stumble over kept nonsense', async () => {
    const { viewer } = await openViewer();
    for (let i = 0; i < 40; i++) keepView({ ...viewOf(viewer), trace: { name: `${i}.etl`, bytes: i, start: '' } });
    expect((JSON.parse(localStorage.getItem('leaklanes.views')!) as unknown[]).length).toBe(30);
    localStorage.setItem('leaklanes.views', '{"a": [1');
    await openTrace(viewer, { kind: 'sample' });
    expect(viewer.session.getState().summary).not.toBeNull();
    expect(viewer.messages.getState().messages.filter((m) => m.severity === 'error')).toEqual([]);
  });
});

describe('rememberViews', () => {
  it('keeps a change at the latest when the page goes, and follows an address that is pasted over', async () => {
    const { viewer } = await openViewer();
    const stop = rememberViews(viewer);
    viewer.filter.getState().patch({ leak: true });
    window.dispatchEvent(new Event('pagehide'));
    expect(readHashView()).toBe(JSON.stringify(viewOf(viewer)));
    const { viewer: again } = await openViewer();
    expect(again.filter.getState().filter).toEqual({ leak: true });

    const other = JSON.stringify({ ...viewOf(viewer), filter: { type: 'Event' } });
    history.replaceState(null, '', hashOfView(other));
    window.dispatchEvent(new Event('hashchange'));
    expect(viewer.filter.getState().filter).toEqual({ type: 'Event' });
    viewer.filter.getState().undo();
    expect(viewer.filter.getState().filter, 'one step of undo').toEqual({ leak: true });
    stop();
    viewer.filter.getState().clear();
    window.dispatchEvent(new Event('pagehide'));
    const kept = parseView(readHashView()!);
    expect(typeof kept !== 'string' && kept.view.filter, 'what came before the stop').toEqual({ leak: true });
  });
});

describe('the address', () => {
  it('carries any text, and too long ones not at all', () => {
    const text = JSON.stringify({ name: 'Größe 😀 \u202e' });
    expect(readHashView(hashOfView(text)!)).toBe(text);
    expect(hashOfView('x'.repeat(10_000))).toBeNull();
  });

  it('that is not ours, or was cut, says nothing', () => {
    for (const hash of ['', '#start', '#view=%%%', '#view=_w']) expect(readHashView(hash), hash).toBeNull();
  });
});
