import { act, cleanup, configure, render, waitFor, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { App } from '../app/App.tsx';
import { openTrace } from '../state/openTrace.ts';
import { createViewer, type Viewer } from '../state/viewer.ts';
import { ViewerContext } from '../state/viewerContext.ts';
import { createServiceHost, type ServiceHost, type ServiceHostOptions } from './serviceHost.ts';

// A machine with more to do than these tests is no error; and the page as text is no help.
configure({ asyncUtilTimeout: 20_000, getElementError: (message) => new Error(message ?? 'not found') });

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
  // jsdom has <dialog> without its methods.
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.open = true;
  };
  // No canvas here: the painter has its own tests.
  HTMLCanvasElement.prototype.getContext = () => null;
}

export interface RenderedApp extends RenderResult {
  host: ServiceHost;
  viewer: Viewer;
}

export function renderWith(viewer: Viewer, children: ReactNode): RenderResult {
  return render(<ViewerContext value={viewer}>{children}</ViewerContext>);
}

/** A viewer whose host has the sample (or the trace of the options) open; no component is rendered. */
export async function openViewer(options: ServiceHostOptions = {}): Promise<{ host: ServiceHost; viewer: Viewer }> {
  const host = createServiceHost(options);
  const viewer = createViewer(host);
  await openTrace(viewer, { kind: 'sample' });
  return { host, viewer };
}

/** The whole window over the real service; nothing is open yet unless the options have an `argument`. */
export function renderApp(options: ServiceHostOptions & { keepStorage?: boolean } = {}): RenderedApp {
  fakeLayout();
  if (options.keepStorage !== true) {
    localStorage.clear();
    history.replaceState(null, '', location.pathname);
  }
  const host = createServiceHost(options);
  const viewer = createViewer(host);
  return { host, viewer, ...renderWith(viewer, <App />) };
}

/** The whole window with the trace open and the first answers there. */
export async function renderOpened(options: ServiceHostOptions & { keepStorage?: boolean } = {}): Promise<RenderedApp> {
  const rendered = renderApp({ argument: 'handle-leak.etl', ...options });
  await waitFor(() => {
    if (rendered.viewer.data.getState().facets === null) throw new Error('still opening');
  });
  return rendered;
}

/** Lets pending answers come in. Better wait for what is to be seen (waitFor, findBy…). */
export async function settle(ms = 30): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  });
}

export { cleanup };
