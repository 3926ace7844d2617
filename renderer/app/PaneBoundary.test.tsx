// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { createViewer } from '../state/viewer.ts';
import { renderWith } from '../testing/renderApp.tsx';
import { createServiceHost } from '../testing/serviceHost.ts';
import { PaneBoundary } from './PaneBoundary.tsx';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('tells a mistake in the place of the pane, leaves the others alone, and tries again', () => {
  // React says it on the console too.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let broken = true;
  const Lanes = () => {
    if (broken) throw new Error('no such row');
    return <p>lanes</p>;
  };
  renderWith(
    createViewer(createServiceHost()),
    <>
      <PaneBoundary what="the lanes">
        <Lanes />
      </PaneBoundary>
      <p>table</p>
    </>,
  );
  expect(screen.getByTestId('inline-error').textContent).toContain('Something went wrong in the lanes: no such row.');
  expect(screen.getByText('table')).toBeTruthy();
  broken = false;
  fireEvent.click(screen.getByText('Try again'));
  expect(screen.getByText('lanes')).toBeTruthy();
});
