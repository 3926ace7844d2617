import type { ReactNode } from 'react';
import { displayName } from '../displayName.ts';
import { formatCount, formatDuration } from '../format.ts';
import { cancelExport } from '../state/exports.ts';
import { filtersShown } from '../state/layoutStore.ts';
import { traceName } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { ThemeSwitch } from '../theme/ThemeSwitch.tsx';
import type { CommandUi } from './commands/command.ts';
import { AppMenu } from './AppMenu.tsx';
import { CommandButton } from './CommandButton.tsx';
import { CloseIcon, CommandIcon, DownloadIcon, FilterIcon, FolderIcon, KeyboardIcon, Logo } from './icons.tsx';
import { Name } from './Name.tsx';
import { progressShare } from './ProgressPanel.tsx';
import { SymbolsButton } from './SymbolsButton.tsx';
import { TrustPopover } from './TrustPopover.tsx';

interface TopBarProps {
  ui: CommandUi;
  /** The hidden file inputs, which have to stand in a landmark. */
  children: ReactNode;
}

/** The bar over everything: what is open, how much of it is shown, and what can be done with it. */
export function TopBar({ ui, children }: TopBarProps) {
  const summary = useViewerState('session', (s) => s.summary);
  const filtersOpen = useViewerState('layout', filtersShown);
  if (summary === null) {
    return (
      <header className="top-bar is-bare">
        <span className="top-gap" />
        <ThemeSwitch />
        <CommandButton id="shortcuts" ui={ui} label="Keys" icon={<KeyboardIcon />} />
        <AppMenu ui={ui} />
        {children}
      </header>
    );
  }
  return (
    <header className="top-bar">
      <Logo size={22} />
      <div className="trace-title">
        <h1 title={displayName(summary.info.file)} data-testid="trace-name">
          <Name text={traceName(summary)} />
        </h1>
        <p>
          {formatDuration(summary.endNs)} · {formatCount(summary.info.events)} events
        </p>
      </div>
      <div className="top-stats">
        <LeakStat field="leak" value={summary.leaks} label={summary.leaks === 1 ? 'leak' : 'leaks'} />
        <LeakStat field="leakAtExit" value={summary.leaksAtExit} label="at exit" />
      </div>
      <span className="top-gap" />
      <MatchCount />
      <SymbolsButton />
      <TrustPopover summary={summary} />
      <span className="top-line" aria-hidden="true" />
      <CommandButton id="toggleFilters" ui={ui} label="Filters" icon={<FilterIcon />} pressed={filtersOpen} />
      <CommandButton id="open" ui={ui} label="Open" icon={<FolderIcon />} words testId="open-button" />
      <ExportButton ui={ui} />
      <CommandButton id="palette" ui={ui} label="Commands" icon={<CommandIcon />} />
      <ThemeSwitch />
      <AppMenu ui={ui} />
      {children}
    </header>
  );
}

/** How many leak; a click keeps only these, or all again. */
function LeakStat({ field, value, label }: { field: 'leak' | 'leakAtExit'; value: number; label: string }) {
  const viewer = useViewer();
  const only = useViewerState('filter', (s) => s.filter[field] === true);
  const title = field === 'leak' ? 'handles that nobody closed' : 'handles that only the end of their process closed';
  return (
    <button
      type="button"
      className={`stat${value > 0 ? ' is-leak' : ''}`}
      aria-pressed={only}
      disabled={value === 0 && !only}
      title={`${only ? 'All objects again, not only' : 'Only objects with'} ${title}`}
      onClick={() => viewer.filter.getState().patch({ [field]: only ? undefined : true })}
    >
      <b>{formatCount(value)}</b> {label}
    </button>
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

function ExportButton({ ui }: { ui: CommandUi }) {
  const viewer = useViewer();
  const exporting = useViewerState('session', (s) => s.exporting);
  if (exporting === null) {
    return (
      <CommandButton id="exportCsv" ui={ui} label="Export CSV" icon={<DownloadIcon />} words testId="export-csv" />
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
