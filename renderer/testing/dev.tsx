import { createRoot } from 'react-dom/client';
import { App } from '../app/App.tsx';
import { createViewer } from '../state/viewer.ts';
import { ViewerContext } from '../state/viewerContext.ts';
import '../theme/theme.css';
import { createFakeHost } from './fakeHost.ts';
import { fakeTrace } from './fakeTrace.ts';

/** The window over generated data, for work on it without a worker. `?start` shows the start page, `?scale=20` a bigger trace. */
const query = new URLSearchParams(location.search);
const host = createFakeHost({
  trace: fakeTrace(7, Number(query.get('scale') ?? 1)),
  argument: query.has('start') ? null : 'HandleLeak.etl',
  steps: query.has('slow') ? 40 : 0,
  delayMs: query.has('slow') ? 150 : 0,
});
createRoot(document.getElementById('root')!).render(
  <ViewerContext value={createViewer(host)}>
    <App />
  </ViewerContext>,
);
