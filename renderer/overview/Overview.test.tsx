// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import { Overview } from './Overview.tsx';

beforeEach(() => fakeLayout());
afterEach(cleanup);

it('stacks open handles by type, or by process, and names the most of them', async () => {
  const { viewer, host } = await openViewer();
  const { container } = renderWith(viewer, <Overview gutterWidth={200} plotWidth={600} />);
  await waitFor(() => expect(screen.getByLabelText('Most open handles').textContent).toContain('Thread'));
  expect(container.querySelectorAll('path.visx-area-stack').length).toBeGreaterThan(2);
  fireEvent.change(screen.getByTestId('overview-by'), { target: { value: 'process' } });
  await waitFor(() => expect(screen.getByLabelText('Most open handles').textContent).toMatch(/\.exe\(\d+\)/));
  expect(host.asked('overview').at(-1)?.by).toBe('process');
});

it('shows marks, lost stretches and the line under the mouse of the whole trace', async () => {
  const { viewer } = await openViewer();
  const { summary } = viewer.session.getState();
  viewer.session.setState({ summary: { ...summary!, lostStretches: [{ fromNs: 1e9, toNs: 2e9 }] } });
  const { container } = renderWith(viewer, <Overview gutterWidth={200} plotWidth={600} />);
  act(() => viewer.view.getState().addMark(5e9));
  expect(container.querySelector('.overview-mark')?.getAttribute('x1')).toBe(
    String((5e9 / viewer.view.getState().endNs) * 600),
  );
  expect(container.querySelector('.lost-band')).not.toBeNull();
  fireEvent.pointerMove(container.querySelector('.overview-plot')!);
  expect(container.querySelector('.overview-cursor')).not.toBeNull();
});
