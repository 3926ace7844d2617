import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { selectHost } from './host/selectHost.ts';
import { createViewer } from './state/viewer.ts';
import { ViewerContext } from './state/viewerContext.ts';
import './theme/theme.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <ViewerContext value={createViewer(selectHost())}>
    <App />
  </ViewerContext>,
);
