// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import { InlineError } from '../app/InlineError.tsx';
import { openViewer } from '../testing/renderApp.tsx';
import { useServiceQuery } from './useServiceQuery.ts';
import type { Viewer } from './viewer.ts';
import { ViewerContext } from './viewerContext.ts';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

function Probe({ type }: { type: string | null }) {
  const request =
    type === null ? null : { table: 'objects' as const, filter: { type }, sort: [], firstRow: 0, rowCount: 1 };
  const { data, loading, error, retry } = useServiceQuery('rows', request, 'probe');
  return (
    <div>
      <p data-testid="answer">{`${data === null ? 'nothing' : data.total}${loading ? ' loading' : ''}`}</p>
      {error !== null && <InlineError error={error} what="the probe" retry={retry} />}
    </div>
  );
}

async function shown(type: string | null = 'Event') {
  const { viewer, host } = await openViewer();
  const rendered = render(<ProbeIn viewer={viewer} type={type} />);
  const show = (next: string | null) => rendered.rerender(<ProbeIn viewer={viewer} type={next} />);
  return { viewer, host, show };
}

function ProbeIn({ viewer, type }: { viewer: Viewer; type: string | null }) {
  return (
    <ViewerContext value={viewer}>
      <Probe type={type} />
    </ViewerContext>
  );
}

const answer = () => screen.getByTestId('answer').textContent;
const answered = () => waitFor(() => expect(answer()).toMatch(/^\d+$/));

it('asks once for equal requests, and keeps the old answer until the new one is there', async () => {
  const { host, show } = await shown();
  await answered();
  const events = answer();
  show('Event');
  expect(host.asked('rows')).toHaveLength(1);
  const release = host.hold('rows');
  show('File');
  await waitFor(() => expect(answer()).toBe(`${events} loading`));
  release();
  await waitFor(() => expect(answer()).toMatch(/^\d+$/));
  expect(answer()).not.toBe(events);
});

it('shows the answer to the last of quick changes only', async () => {
  const { host, show } = await shown();
  await answered();
  const release = host.hold('rows');
  show('File');
  show('Key');
  show('no such type');
  release();
  await waitFor(() => expect(answer()).toBe('0'));
});

it('asks again when names have changed, and not while the host is gone', async () => {
  const { viewer, host } = await shown();
  await answered();
  act(() => viewer.session.setState({ namesVersion: 5 }));
  await waitFor(() => expect(host.asked('rows')).toHaveLength(2));
  act(() => viewer.session.setState({ stale: true, namesVersion: 6 }));
  expect(host.asked('rows')).toHaveLength(2);
  act(() => viewer.session.setState({ stale: false }));
  await waitFor(() => expect(host.asked('rows')).toHaveLength(3));
});

it('says an error in place, keeps it out of the message bar, and tries again', async () => {
  const { viewer, host, show } = await shown(null);
  expect(answer()).toBe('nothing');
  host.failQueries(new TraceError('io', 'The disk is gone'));
  show('Event');
  await waitFor(() => expect(screen.getByTestId('inline-error').textContent).toContain('The disk is gone.'));
  expect(viewer.messages.getState().messages.filter((message) => message.severity === 'error')).toEqual([]);
  host.failQueries(null);
  fireEvent.click(screen.getByText('Try again'));
  await answered();
  expect(screen.queryByTestId('inline-error')).toBeNull();
});
