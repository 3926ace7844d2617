import { canExportPage, exportCsv, exportPage } from '../../state/exports.ts';
import { openTrace } from '../../state/openTrace.ts';
import { copyLink, saveView } from '../../state/viewFiles.ts';
import type { ExportFormat } from '../../../shared/tables.ts';
import type { Viewer } from '../../state/viewer.ts';
import { always, hasTrace, type Command } from './command.ts';

const pageCanBeWritten = (viewer: Viewer) => hasTrace(viewer) && canExportPage(viewer.tables.getState().page);

const exportAs = (format: ExportFormat): Command => ({
  id: `export${format[0].toUpperCase()}${format.slice(1)}Page`,
  title: `Export the shown page as ${format.toUpperCase()}`,
  group: 'File',
  keys: [],
  enabled: pageCanBeWritten,
  run: (viewer) => void exportPage(viewer, format),
});

export const FILE_COMMANDS: readonly Command[] = [
  {
    id: 'open',
    title: 'Open a trace…',
    group: 'File',
    keys: ['Ctrl+O'],
    everywhere: true,
    enabled: always,
    run: (_, ui) => ui.pickTrace(),
  },
  {
    id: 'openSample',
    title: 'Open the sample',
    group: 'File',
    keys: [],
    enabled: always,
    run: (viewer) => void openTrace(viewer, { kind: 'sample' }),
  },
  {
    id: 'newWindow',
    title: 'New window, for a second trace',
    group: 'File',
    keys: [],
    enabled: (viewer) => viewer.host.newWindow !== undefined,
    run: (viewer) => viewer.host.newWindow?.(),
  },
  {
    id: 'exportCsv',
    title: 'Export the filtered objects as CSV',
    group: 'File',
    keys: ['Ctrl+E'],
    everywhere: true,
    run: (viewer) => void exportCsv(viewer),
  },
  exportAs('csv'),
  exportAs('tsv'),
  exportAs('json'),
  {
    id: 'saveView',
    title: 'Save the view as a file',
    group: 'File',
    keys: ['Ctrl+S'],
    everywhere: true,
    run: saveView,
  },
  { id: 'openView', title: 'Open a saved view…', group: 'File', keys: [], run: (_, ui) => ui.pickView() },
  {
    id: 'copyLink',
    title: 'Copy a link to this view',
    group: 'File',
    keys: [],
    enabled: (viewer) => hasTrace(viewer) && viewer.host.kind === 'serve',
    run: (viewer) => void copyLink(viewer),
  },
];
