// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TraceSummary } from '../../shared/records.ts';
import { createServiceHost } from '../testing/serviceHost.ts';
import { cancelOpen, openTrace } from './openTrace.ts';
import { createViewer } from './viewer.ts';

beforeEach(() => localStorage.clear());

const SOURCE = { kind: 'argument' } as const;

/** A window in which a trace is being opened, and its first part of a second is shown. */
async function withFirstPart() {
  const host = createServiceHost();
  const viewer = createViewer(host);
  const release = host.hold('open');
  const opening = openTrace(viewer, SOURCE);
  const firstPart = { ...(await wholeSummary()), endNs: 1e9, objects: 10, mappings: 0 };
  host.report({ phase: 'read', bytesDone: 0, bytesTotal: 0, events: 100, firstPart });
  return { host, viewer, release, opening, firstPart };
}

async function wholeSummary(): Promise<TraceSummary> {
  return (await createServiceHost().open(SOURCE, () => undefined, new AbortController().signal))!;
}

describe('the first part of a large trace', () => {
  it('is shown while the rest is read, and gives way to the whole', async () => {
    const { host, viewer, release, opening, firstPart } = await withFirstPart();
    expect(viewer.session.getState()).toMatchObject({ summary: firstPart, part: { before: null } });
    expect(viewer.session.getState().opening).not.toBeNull();
    expect(viewer.view.getState().endNs).toBe(1e9);
    host.report({ phase: 'read', bytesDone: 5, bytesTotal: 10, events: 200 });
    expect(viewer.session.getState().opening?.progress?.bytesDone).toBe(5);
    release();
    await opening;
    const { summary, part, opening: still } = viewer.session.getState();
    expect({ part, still }).toEqual({ part: null, still: null });
    expect(viewer.view.getState()).toMatchObject({ fromNs: 0, endNs: summary!.endNs, toNs: summary!.endNs });
  });

  it('keeps what was done with it', async () => {
    const { viewer, release, opening } = await withFirstPart();
    viewer.filter.getState().patch({ type: 'Event' });
    viewer.view.getState().goTo(1e8, 2e8);
    const { namesVersion, traceSerial } = viewer.session.getState();
    release();
    await opening;
    expect(viewer.filter.getState().filter).toEqual({ type: 'Event' });
    const { summary } = viewer.session.getState();
    expect(viewer.view.getState()).toMatchObject({ fromNs: 1e8, toNs: 2e8, endNs: summary!.endNs });
    expect(viewer.session.getState().traceSerial).toBe(traceSerial);
    expect(viewer.session.getState().namesVersion, 'everything is asked again').toBeGreaterThan(namesVersion);
  });

  it('goes when opening is cancelled: back to nothing, or to the trace that was shown before', async () => {
    const { host, viewer, opening } = await withFirstPart();
    cancelOpen(viewer);
    await opening;
    expect(viewer.session.getState()).toMatchObject({ summary: null, part: null, opening: null });

    const open = host.hold('open');
    open();
    await openTrace(viewer, SOURCE);
    const { summary } = viewer.session.getState();
    host.hold('open');
    const next = openTrace(viewer, SOURCE);
    await vi.waitFor(() => expect(host.opened).toHaveLength(3));
    host.report({ phase: 'read', bytesDone: 0, bytesTotal: 0, events: 1, firstPart: { ...summary!, endNs: 5 } });
    expect(viewer.session.getState().part).toMatchObject({ before: { summary } });
    cancelOpen(viewer);
    await next;
    expect(viewer.session.getState()).toMatchObject({ summary, part: null });
    expect(viewer.view.getState().endNs).toBe(summary!.endNs);
  });
});
