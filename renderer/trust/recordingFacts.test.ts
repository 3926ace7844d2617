// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { openViewer } from '../testing/renderApp.tsx';
import { timeFormatOf } from '../state/useTimeFormat.ts';
import { recordingFacts } from './recordingFacts.ts';

describe('facts of a recording', () => {
  it('are those of the header, with times as the user prefers', async () => {
    const { viewer } = await openViewer();
    const summary = viewer.session.getState().summary!;
    const facts = () => Object.fromEntries(recordingFacts(summary, timeFormatOf(viewer)));
    expect(facts().System).toContain(`build ${summary.info.header.osBuild}`);
    expect(facts().Recorded).toBe('2024-05-10 12:46:34 UTC+02:00');
    expect(facts().End).toBe('10.000000 s');
    viewer.preferences.getState().set({ timeKind: 'utc' });
    expect(facts().Recorded).toBe('2024-05-10 10:46:34 UTC');
    expect(facts().End).toBe('2024-05-10 10:46:44.000000 UTC');
    expect(facts().Processes).toBe(String(summary.info.processes.length));
  });
});
