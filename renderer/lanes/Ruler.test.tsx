// @vitest-environment jsdom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeLayout, openViewer, renderWith } from '../testing/renderApp.tsx';
import { MarkStrip } from './MarkStrip.tsx';
import { RangeChip, signed } from './RangeChip.tsx';
import { RangeTrail } from './RangeTrail.tsx';
import { Ruler } from './Ruler.tsx';

beforeEach(() => {
  fakeLayout();
  HTMLElement.prototype.setPointerCapture = () => {};
});
afterEach(cleanup);

const PLOT = 1000;

async function renderRuler() {
  const opened = await openViewer();
  renderWith(
    opened.viewer,
    <>
      <RangeTrail />
      <Ruler width={PLOT} />
      <MarkStrip gutterWidth={200} plotWidth={PLOT} />
      <RangeChip gutterWidth={200} plotWidth={PLOT} />
    </>,
  );
  return { ...opened, view: opened.viewer.view.getState };
}

/** jsdom has no PointerEvent with coordinates: a mouse event of that name has them. */
function point(target: Element, type: string, clientX: number): void {
  fireEvent(target, new MouseEvent(type, { bubbles: true, cancelable: true, clientX, clientY: 5, button: 0 }));
}

function drag(target: Element, from: number, to: number): void {
  point(target, 'pointerdown', from);
  point(target, 'pointermove', (from + to) / 2);
  point(target, 'pointermove', to);
  point(target, 'pointerup', to);
}

describe('the ruler', () => {
  it('selects a range by a drag, whichever way, and says how the open handles change in it', async () => {
    const { view } = await renderRuler();
    const { endNs } = view();
    drag(screen.getByTestId('ruler'), 600, 200);
    expect(view().rulerRange!.fromNs / endNs).toBeCloseTo(0.2);
    expect(view().rulerRange!.toNs / endNs).toBeCloseTo(0.6);
    await waitFor(() =>
      expect(screen.getByTestId('range-open').textContent).toMatch(/^[+−±]\d+ open \(\d+ → [\d,]+\)$/),
    );
  });

  it('selects nothing by a click', async () => {
    const { view } = await renderRuler();
    drag(screen.getByTestId('ruler'), 300, 301);
    expect(view().rulerRange).toBeNull();
  });

  it('moves edges by drag and by arrows, never past each other', async () => {
    const { view } = await renderRuler();
    const { endNs } = view();
    act(() => view().set({ rulerRange: { fromNs: endNs * 0.2, toNs: endNs * 0.6 } }));
    drag(screen.getByTestId('range-end'), 600, 800);
    expect(view().rulerRange!.toNs / endNs).toBeCloseTo(0.8);
    fireEvent.keyDown(screen.getByTestId('range-start'), { key: 'ArrowRight', shiftKey: true });
    expect(view().rulerRange!.fromNs / endNs).toBeCloseTo(0.25);
    drag(screen.getByTestId('range-start'), 250, 990);
    expect(view().rulerRange!.fromNs).toBe(view().rulerRange!.toNs);
  });

  it('zooms to the range and back by the trail, filters to it and lets it go', async () => {
    const { view, viewer } = await renderRuler();
    const { endNs } = view();
    const range = { fromNs: Math.round(endNs * 0.2), toNs: Math.round(endNs * 0.6) };
    act(() => view().set({ rulerRange: range }));
    fireEvent.click(screen.getByRole('button', { name: 'Filter' }));
    expect(viewer.filter.getState().filter.time).toEqual({ min: range.fromNs / 1e9, max: range.toNs / 1e9 });
    fireEvent.click(screen.getByRole('button', { name: 'Zoom' }));
    expect(view()).toMatchObject({ ...range, rulerRange: null });
    fireEvent.click(screen.getByRole('button', { name: 'whole trace' }));
    expect(view()).toMatchObject({ fromNs: 0, toNs: endNs });
    fireEvent.click(screen.getByRole('button', { name: 'Back to the range before' }));
    expect(view()).toMatchObject(range);
  });

  it('shows the time under the mouse and what is open then', async () => {
    await renderRuler();
    point(screen.getByTestId('ruler'), 'pointermove', 500);
    await waitFor(() => expect(screen.getByTestId('cursor-label').textContent).toMatch(/^5\.\d+ s[\d,]+ open$/));
    // React hears of leaving by pointerout.
    point(screen.getByTestId('ruler'), 'pointerout', 500);
    expect(screen.queryByTestId('cursor-label')).toBeNull();
  });
});

describe('marks', () => {
  it('are flags with names, renamed and removed with the keyboard alone', async () => {
    const { view } = await renderRuler();
    act(() => view().addMark(2e9));
    act(() => view().addMark(4e9, 'second\u202e'));
    expect(screen.getAllByTestId('mark').map((flag) => flag.textContent)).toEqual(['Mark 1', 'second⟨U+202E⟩']);
    fireEvent.click(screen.getAllByTestId('mark')[0]);
    const box = screen.getByLabelText('Name of the mark');
    fireEvent.change(box, { target: { value: 'before the leak' } });
    fireEvent.submit(box);
    expect(view().marks[0].name).toBe('before the leak');
    expect(document.activeElement).toBe(screen.getAllByTestId('mark')[0]);
    fireEvent.keyDown(screen.getAllByTestId('mark')[1], { key: 'Delete' });
    expect(view().marks).toHaveLength(1);
  });
});

it('writes changes with their sign', () => {
  expect([37, -4, 0].map(signed)).toEqual(['+37', '−4', '±0']);
});
