import type { ReactNode } from 'react';
import { formatCount, formatDuration } from '../format.ts';
import { cancelExport, exportCsv } from '../state/exportCsv.ts';
import { traceName } from '../state/viewer.ts';
import { filtersShown } from '../state/layoutStore.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { ThemeSwitch } from '../theme/ThemeSwitch.tsx';
import { CloseIcon, DownloadIcon, FilterIcon, FolderIcon, KeyboardIcon, Logo } from './icons.tsx';
import { progressShare } from './ProgressPanel.tsx';
import { TrustPopover } from './TrustPopover.tsx';

interface TopBarProps {
  onPick: () => void;
  onHelp: () => void;
  /** The hidden file input, which has to stand in a landmark. */
  children: ReactNode;
}

/** The bar over everything: what is open, how much of it is shown, and what can be done with it. */
export function TopBar({ onPick, onHelp, children }: TopBarProps) {
  const viewer = useViewer();
  const summary = useViewerState('session', (s) => s.summary);
  const filtersOpen = useViewerState('layout', filtersShown);
  if (summary === null) {
    return (
      <header className="top-bar is-bare">
        <span className="top-gap" />
        <button type="button" className="icon-button is-large" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
          <KeyboardIcon />
        </button>
        <ThemeSwitch />
        {children}
      </header>
    );
  }
  return (
    <header className="top-bar">
      <Logo size={22} />
      <div className="trace-title">
        <h1 title={summary.info.file} data-testid="trace-name">
          {traceName(summary)}
        </h1>
        <p>
          {formatDuration(summary.endNs)} · {formatCount(summary.info.events)} events
        </p>
      </div>
      <div className="top-stats">
        <Stat value={summary.leaks} label={summary.leaks === 1 ? 'leak' : 'leaks'} leak />
        <Stat value={summary.leaksAtExit} label="at exit" leak />
      </div>
      <span className="top-gap" />
      <MatchCount />
      <TrustPopover summary={summary} />
      <span className="top-line" aria-hidden="true" />
      <button
        type="button"
        className="icon-button is-large"
        aria-label="Filters"
        aria-pressed={filtersOpen}
        title="Show or hide the filters (Ctrl+B)"
        onClick={() => viewer.layout.getState().toggleFilters()}
      >
        <FilterIcon />
      </button>
      <button type="button" className="button" onClick={onPick} title="Open a trace (Ctrl+O)" data-testid="open-button">
        <FolderIcon /> <span className="button-word">Open</span>
      </button>
      <ExportButton />
      <button type="button" className="icon-button is-large" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
        <KeyboardIcon />
      </button>
      <ThemeSwitch />
      {children}
    </header>
  );
}

function Stat({ value, label, leak }: { value: number; label: string; leak: boolean }) {
  return (
    <span className={`stat${leak && value > 0 ? ' is-leak' : ''}`}>
      <b>{formatCount(value)}</b> {label}
    </span>
  );
}

function MatchCount() {
  const matched = useViewerState('data', (s) => s.matched);
  const total = useViewerState('data', (s) => s.total);
  return (
    <span className="match-count" data-testid="match-count" aria-live="polite">
      <b>{formatCount(matched)}</b> of {formatCount(total)} objects
    </span>
  );
}

function ExportButton() {
  const viewer = useViewer();
  const exporting = useViewerState('session', (s) => s.exporting);
  if (exporting === null) {
    return (
      <button
        type="button"
        className="button"
        data-testid="export-csv"
        title="Export the filtered objects as CSV (Ctrl+E)"
        onClick={() => void exportCsv(viewer)}
      >
        <DownloadIcon /> <span className="button-word">Export CSV</span>
      </button>
    );
  }
  const share = progressShare(exporting);
  return (
    <button
      type="button"
      className="button is-busy"
      data-testid="export-csv"
      aria-label="Cancel the export"
      title="Cancel the export"
      onClick={() => cancelExport(viewer)}
    >
      <span className="button-progress" style={{ width: `${(share ?? 0.1) * 100}%` }} />
      <CloseIcon />
      <span className="button-word">{share === null ? 'Exporting…' : `Exporting ${Math.round(share * 100)} %`}</span>
    </button>
  );
}
