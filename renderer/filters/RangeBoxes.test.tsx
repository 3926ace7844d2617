// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createViewer } from '../state/viewer.ts';
import { cleanup, renderWith } from '../testing/renderApp.tsx';
import { createServiceHost } from '../testing/serviceHost.ts';
import { RangeBoxes } from './RangeBoxes.tsx';
import { TYPING_DELAY_MS } from './useTypedText.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

function show() {
  const viewer = createViewer(createServiceHost());
  renderWith(viewer, <RangeBoxes title="Lifetime" field="lifetime" unit="seconds" testId="life" />);
  const [min, max] = ['life-min', 'life-max'].map((id) => screen.getByTestId<HTMLInputElement>(id));
  const type = (box: HTMLInputElement, value: string) => fireEvent.change(box, { target: { value } });
  return { viewer, min, max, type, filter: () => viewer.filter.getState().filter };
}
const typed = () => act(() => void vi.advanceTimersByTime(TYPING_DELAY_MS));

it('puts numbers with units into force and leaves the text as it was typed', () => {
  const { viewer, min, max, type, filter } = show();
  type(min, '10ms');
  typed();
  type(max, '0,5');
  typed();
  expect(filter()).toEqual({ lifetime: { min: 0.01, max: 0.5 } });
  expect([min.value, max.value]).toEqual(['10ms', '0,5']);
  expect(viewer.filter.getState().past, 'one step of undo').toHaveLength(1);
});

it('marks only the wrong box, at once, and applies nothing', () => {
  const { min, max, type, filter } = show();
  type(max, '2x');
  expect(screen.getByTestId('life-hint').textContent).toContain('Numbers only');
  expect([min, max].map((box) => box.getAttribute('aria-invalid'))).toEqual(['false', 'true']);
  typed();
  expect(filter()).toEqual({});
});

it('refuses a reversed range with a sentence', () => {
  const { min, max, type, filter } = show();
  type(min, '5');
  type(max, '2');
  typed();
  expect(screen.getByTestId('life-hint').textContent).toBe('Upside down: 5 is more than 2.');
  expect(filter()).toEqual({});
});

it('is emptied by Clear all, also of text that is not in force', () => {
  const { viewer, min, max, type } = show();
  type(min, 'abc');
  typed();
  act(() => viewer.filter.getState().clear());
  expect([min.value, max.value]).toEqual(['', '']);
  type(max, '7');
  typed();
  act(() => viewer.filter.getState().patch({ lifetime: undefined }));
  expect(max.value).toBe('');
});
