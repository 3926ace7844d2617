import { useCallback, useEffect, useMemo, useRef, useState, type Ref } from 'react';
import { displayName } from '../displayName.ts';
import { cancelOpen, openTrace, startViewer } from '../state/openTrace.ts';
import { openView } from '../state/viewFiles.ts';
import { traceName } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { isEnabled, type CommandUi, type Panel } from './commands/command.ts';
import { commandById } from './commands/registry.ts';
import { EmptyTrace } from './EmptyTrace.tsx';
import { MessageBar } from './MessageBar.tsx';
import { Palette } from './Palette.tsx';
import { PartBar } from './PartBar.tsx';
import { ProgressPanel } from './ProgressPanel.tsx';
import { RecordPanel } from './RecordPanel.tsx';
import { SettingsPanel } from './SettingsPanel.tsx';
import { ShortcutsHelp } from './ShortcutsHelp.tsx';
import { StartPage } from './StartPage.tsx';
import { StatusToast } from './StatusToast.tsx';
import { TopBar } from './TopBar.tsx';
import { useCommandKeys } from './useCommandKeys.ts';
import { useFileDrop } from './useFileDrop.ts';
import { Workbench } from './Workbench.tsx';

/** The window. */
export function App() {
  const viewer = useViewer();
  const summary = useViewerState('session', (s) => s.summary);
  const traceSerial = useViewerState('session', (s) => s.traceSerial);
  const opening = useViewerState('session', (s) => s.opening);
  const part = useViewerState('session', (s) => s.part !== null);
  const traceInput = useRef<HTMLInputElement>(null);
  const viewInput = useRef<HTMLInputElement>(null);
  const [panel, setPanel] = useState<Panel | null>(null);
  const closePanel = useCallback(() => setPanel(null), []);

  const openFile = useCallback(
    (file: File) => {
      // A saved view is JSON; a trace is anything else, whatever it is called.
      if (/\.json$/i.test(file.name)) void openView(viewer, file);
      else void openTrace(viewer, { kind: 'file', file });
    },
    [viewer],
  );
  const dropping = useFileDrop(openFile);
  const ui = useMemo<CommandUi>(
    () => ({
      pickTrace: () => {
        if (viewer.host.hasDialog) void openTrace(viewer, { kind: 'dialog' });
        else traceInput.current?.click();
      },
      pickView: () => viewInput.current?.click(),
      showPanel: setPanel,
    }),
    [viewer],
  );

  useEffect(
    () =>
      startViewer(viewer, (id) => {
        const command = commandById(id);
        if (command !== undefined && isEnabled(command, viewer)) command.run(viewer, ui);
      }),
    [viewer, ui],
  );
  useCommandKeys(viewer, ui);
  useEffect(() => {
    document.title = summary === null ? 'Leaklanes' : `${displayName(traceName(summary), 100)} – Leaklanes`;
  }, [summary]);

  const empty = summary !== null && summary.objects + summary.mappings === 0;
  return (
    <div className="app">
      <TopBar ui={ui}>
        <FileInput ref={traceInput} accept=".etl" label="Trace file" testId="file-input" onFile={openFile} />
        <FileInput
          ref={viewInput}
          accept=".json"
          label="Saved view"
          testId="view-input"
          onFile={(file) => void openView(viewer, file)}
        />
      </TopBar>
      <MessageBar />
      {part && <PartBar />}
      {summary === null && <StartPage onPick={ui.pickTrace} dropping={dropping} />}
      {summary !== null && empty && <EmptyTrace summary={summary} onPick={ui.pickTrace} />}
      {summary !== null && !empty && <Workbench key={traceSerial} />}
      {dropping && summary !== null && (
        <div className="drop-overlay" aria-hidden="true">
          <div>Drop to open</div>
        </div>
      )}
      {opening !== null && !part && (
        <ProgressPanel name={opening.name} progress={opening.progress} onCancel={() => cancelOpen(viewer)} />
      )}
      {panel === 'palette' && <Palette ui={ui} onClose={closePanel} />}
      {panel === 'keys' && <ShortcutsHelp onClose={closePanel} onChange={() => setPanel('settings')} />}
      {panel === 'settings' && <SettingsPanel onClose={closePanel} />}
      {panel === 'record' && <RecordPanel onClose={closePanel} />}
      <StatusToast />
    </div>
  );
}

interface FileInputProps {
  ref: Ref<HTMLInputElement>;
  accept: string;
  label: string;
  testId: string;
  onFile: (file: File) => void;
}

/** A file input that is never seen: commands click it. */
function FileInput({ ref, accept, label, testId, onFile }: FileInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      accept={accept}
      className="visually-hidden"
      tabIndex={-1}
      aria-label={label}
      data-testid={testId}
      onChange={(event) => {
        const file = event.currentTarget.files?.[0];
        // Emptied, so that picking the same file again is a change again.
        event.currentTarget.value = '';
        if (file !== undefined) onFile(file);
      }}
    />
  );
}
