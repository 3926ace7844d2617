// @vitest-environment jsdom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { createViewer } from '../state/viewer.ts';
import { createFakeHost } from '../testing/fakeHost.ts';
import { fakeDetails } from '../testing/fakeQueries.ts';
import { fakeTrace } from '../testing/fakeTrace.ts';
import { renderWith } from '../testing/renderApp.tsx';
import { DetailsPane } from './DetailsPane.tsx';

afterEach(cleanup);

const trace = fakeTrace();

function show(id: number, change: object = {}) {
  const viewer = createViewer(createFakeHost({ trace }));
  const details = { ...fakeDetails(trace, id, 100)!, ...change };
  viewer.selection.setState({ id, details });
  renderWith(viewer, <DetailsPane />);
  return details;
}

describe('DetailsPane', () => {
  it('says why there is no create stack for what was born before the trace', () => {
    const before = trace.objects.find((object) => object.row.bornBeforeTrace)!;
    show(before.row.id);
    expect(screen.queryByTestId('create-stack')).toBeNull();
    expect(screen.getByTestId('details').textContent).toContain('The object was born before the trace.');
    expect(screen.getByTestId('details').textContent).toContain('before trace');
  });

  it('shows both stacks of a leak at exit, leaf first, and how many objects share the first', () => {
    const object = trace.objects.find(({ row }) => row.leakAtExit)!;
    show(object.row.id);
    expect(screen.getByTestId('create-stack').querySelector('li')?.textContent).toContain('ObpCreateHandle');
    expect(screen.getByTestId('destroy-stack').textContent).toContain('NtTerminateProcess');
    expect(screen.getByTestId('same-stack').textContent).toContain('99 other objects');
  });

  it('says how many events it leaves out', () => {
    show(5, { eventCount: 250_000 });
    expect(screen.getByTestId('details').textContent).toMatch(/The first \d+ of 250,000 events/);
  });

  it('shows a page of very many handles, and all of them when asked', () => {
    const [handle] = fakeDetails(trace, 5, 0)!.handles;
    show(5, { handles: Array.from({ length: 1200 }, () => handle) });
    const count = () => screen.getByTestId('details').querySelectorAll('.handle-list > li').length;
    expect(count()).toBe(200);
    fireEvent.click(screen.getByText('Show all 1,200 handles'));
    expect(count()).toBe(1200);
  });
});
