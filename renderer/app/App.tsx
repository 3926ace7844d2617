import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { cancelOpen, openTrace, startViewer, traceName } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { commandById, commandFor, type CommandUi } from './commands.ts';
import { EmptyTrace } from './EmptyTrace.tsx';
import { MessageBar } from './MessageBar.tsx';
import { ProgressPanel } from './ProgressPanel.tsx';
import { ShortcutsHelp } from './ShortcutsHelp.tsx';
import { StartPage } from './StartPage.tsx';
import { StatusToast } from './StatusToast.tsx';
import { TopBar } from './TopBar.tsx';
import { useFileDrop } from './useFileDrop.ts';
import { Workbench } from './Workbench.tsx';

/** The window. */
export function App() {
  const viewer = useViewer();
  const summary = useViewerState('session', (s) => s.summary);
  const traceSerial = useViewerState('session', (s) => s.traceSerial);
  const opening = useViewerState('session', (s) => s.opening);
  const fileInput = useRef<HTMLInputElement>(null);
  const [help, setHelp] = useState(false);

  const openFile = useCallback((file: File) => void openTrace(viewer, { kind: 'file', file }), [viewer]);
  const dropping = useFileDrop(openFile);
  const pickFile = useCallback(() => {
    if (viewer.host.hasDialog) void openTrace(viewer, { kind: 'dialog' });
    else fileInput.current?.click();
  }, [viewer]);
  const ui = useMemo<CommandUi>(() => ({ pickFile, showHelp: () => setHelp(true) }), [pickFile]);

  useEffect(() => startViewer(viewer, (id) => commandById(id)?.run(viewer, ui)), [viewer, ui]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const command = commandFor(event);
      if (command === undefined) return;
      if (event.key !== 'Escape') event.preventDefault();
      command.run(viewer, ui);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [viewer, ui]);
  useEffect(() => {
    document.title = summary === null ? 'Leaklanes' : `${traceName(summary)} – Leaklanes`;
  }, [summary]);

  const empty = summary !== null && summary.objects + summary.mappings === 0;
  return (
    <div className="app">
      <TopBar onPick={pickFile} onHelp={ui.showHelp}>
        <input
          ref={fileInput}
          type="file"
          accept=".etl"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="Trace file"
          data-testid="file-input"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            // Emptied, so that picking the same file again is a change again.
            event.currentTarget.value = '';
            if (file !== undefined) openFile(file);
          }}
        />
      </TopBar>
      <MessageBar />
      {summary === null && <StartPage onPick={pickFile} dropping={dropping} />}
      {summary !== null && empty && <EmptyTrace summary={summary} onPick={pickFile} />}
      {summary !== null && !empty && <Workbench key={traceSerial} />}
      {dropping && summary !== null && (
        <div className="drop-overlay" aria-hidden="true">
          <div>Drop to open</div>
        </div>
      )}
      {opening !== null && (
        <ProgressPanel name={opening.name} progress={opening.progress} onCancel={() => cancelOpen(viewer)} />
      )}
      {help && <ShortcutsHelp onClose={() => setHelp(false)} />}
      <StatusToast />
    </div>
  );
}
