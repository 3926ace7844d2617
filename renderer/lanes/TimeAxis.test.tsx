// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { createViewer } from '../state/viewer.ts';
import { createServiceHost } from '../testing/serviceHost.ts';
import { openViewer, renderWith } from '../testing/renderApp.tsx';
import { TimeAxis } from './TimeAxis.tsx';

afterEach(cleanup);

it('leaves every label at its tick, and turns those at the edges inwards', () => {
  const viewer = createViewer(createServiceHost());
  viewer.view.setState({ endNs: 4e9, fromNs: 0, toNs: 3.01e9 });
  const { container } = renderWith(viewer, <TimeAxis width={600} />);
  const ticks = [...container.querySelectorAll('.axis-tick')].map((tick) => ({
    at: Number(tick.querySelector('line')?.getAttribute('x1')),
    label: Number(tick.querySelector('text')?.getAttribute('x')),
    anchor: tick.querySelector('text')?.getAttribute('text-anchor'),
  }));
  expect(ticks.length).toBeGreaterThan(3);
  for (const { at, label } of ticks) expect(label).toBeCloseTo(at);
  expect([ticks[0].anchor, ticks[1].anchor, ticks.at(-1)?.anchor]).toEqual(['start', 'middle', 'end']);
});

it('names rundowns and stretches with lost events', async () => {
  const { viewer } = await openViewer();
  const { summary } = viewer.session.getState();
  viewer.session.setState({ summary: { ...summary!, lostStretches: [{ fromNs: 2e9, toNs: 3e9 }] } });
  renderWith(viewer, <TimeAxis width={800} />);
  expect(screen.getByTestId('stretch-lost').textContent).toContain('events lost');
  expect(screen.getAllByTestId('stretch-rundown').length).toBe(summary!.rundowns.length);
});
