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

it('ends the brush where the mouse was let go, also right after its last move', async () => {
  const { viewer } = await openViewer();
  const { container } = renderWith(viewer, <Overview gutterWidth={200} plotWidth={600} />);
  const { endNs } = viewer.view.getState();
  const shares = () => {
    const { fromNs, toNs } = viewer.view.getState();
    return [fromNs / endNs, toNs / endNs];
  };
  const drag = (target: string, from: number, to: number) => {
    const at = (clientX: number) => ({ button: 0, clientX, clientY: 40 });
    fireEvent.pointerDown(container.querySelector(target)!, at(from));
    fireEvent.mouseMove(window, at((from + to) / 2));
    fireEvent.mouseMove(window, at(to));
    fireEvent.mouseUp(window, at(to));
  };
  drag('.visx-brush-overlay', 120, 240);
  await waitFor(() => expect(shares()).toEqual([expect.closeTo(0.2), expect.closeTo(0.4)]));
  // The whole stretch, then one of its edges.
  drag('.brush-selection', 180, 300);
  await waitFor(() => expect(shares()).toEqual([expect.closeTo(0.4), expect.closeTo(0.6)]));
  // The first handle is that of the right edge.
  drag('.brush-handle', 360, 480);
  await waitFor(() => expect(shares()).toEqual([expect.closeTo(0.4), expect.closeTo(0.8)]));
});

it.each([0, 1, 3])('goes to where it was pressed without a drag: moved by %i px', async (moved) => {
  const { viewer } = await openViewer();
  const { container } = renderWith(viewer, <Overview gutterWidth={200} plotWidth={600} />);
  const { endNs } = viewer.view.getState();
  act(() => viewer.view.getState().goTo(0, endNs / 10));
  const at = { button: 0, clientX: 300, clientY: 40 };
  fireEvent.pointerDown(container.querySelector('.visx-brush-overlay')!, at);
  const end = { ...at, clientX: at.clientX + moved };
  if (moved > 0) fireEvent.mouseMove(window, end);
  fireEvent.mouseUp(window, end);
  await waitFor(() => expect(viewer.view.getState().fromNs / endNs).toBeCloseTo(0.45));
  expect(viewer.view.getState().toNs / endNs).toBeCloseTo(0.55);
});
