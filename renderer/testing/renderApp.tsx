import { act, cleanup, render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { App } from '../app/App.tsx';
import { createViewer, type Viewer } from '../state/viewer.ts';
import { ViewerContext } from '../state/viewerContext.ts';
import { createFakeHost, type FakeHost, type FakeHostOptions } from './fakeHost.ts';

/** jsdom lays nothing out: every element gets this size, so that virtual lists and plots have room. */
export function fakeLayout(width = 1000, height = 480): void {
  for (const name of ['clientWidth', 'offsetWidth'] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => width });
  }
  for (const name of ['clientHeight', 'offsetHeight'] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => height });
  }
  HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, options?: ScrollToOptions | number) {
    if (typeof options === 'object' && options.top !== undefined) this.scrollTop = options.top;
    this.dispatchEvent(new Event('scroll'));
  };
  // No canvas here: the painter has its own tests.
  HTMLCanvasElement.prototype.getContext = () => null;
}

export interface RenderedApp extends RenderResult {
  host: FakeHost;
  viewer: Viewer;
}

export function renderWith(viewer: Viewer, children: ReactNode): RenderResult {
  return render(<ViewerContext value={viewer}>{children}</ViewerContext>);
}

/** The whole window over a fake host. */
export function renderApp(options: FakeHostOptions = {}): RenderedApp {
  fakeLayout();
  localStorage.clear();
  const host = createFakeHost(options);
  const viewer = createViewer(host);
  return { host, viewer, ...renderWith(viewer, <App />) };
}

/** Lets pending answers come in. */
export async function settle(ms = 30): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });
}

export { cleanup };
