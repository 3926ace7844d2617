import { useState } from 'react';
import { NAME_FORMS, type LoadSymbolsRequest, type NameForm, type SymbolsReport } from '../../shared/symbols.ts';
import { EmptyState } from '../app/EmptyState.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { formatCount, formatPlural } from '../format.ts';
import { loadSymbols } from '../state/symbols.ts';
import { useServiceQuery } from '../state/useServiceQuery.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { ModuleRow } from './ModuleRow.tsx';
import { PathEditor } from './PathEditor.tsx';
import { serversOf } from './pathLines.ts';
import { filterModules, SHOWN_MODULES, type ShownModules } from './stateWords.ts';
import { SymbolsStatus } from './SymbolsStatus.tsx';

const NAME_WORDS: Record<NameForm, [word: string, title: string]> = {
  short: ['Short', 'Without parameters and template arguments'],
  full: ['Full', 'As undecorated, with parameters'],
};
const SHOWN_WORDS: Record<ShownModules, string> = { all: 'All', unnamed: 'Without names', own: 'Not of the system' };
/** Modules that are listed at once; a button shows more. */
const AT_ONCE = 200;

/** Which modules have function names, where those come from, why the others have none, and what can be done about it. */
export function SymbolsPage() {
  const viewer = useViewer();
  const { running, error: jobError } = useViewerState('session', (s) => s.symbols);
  const { data, error, retry } = useServiceQuery('symbols', {}, 'symbols');
  if (error !== null) return <InlineError error={error} what="the list of symbols" retry={retry} />;
  if (data === null) return <p className="page-loading">Loading Symbols…</p>;
  if (data.status.frames === 0) {
    return (
      <EmptyState title="No stacks, so no symbols">
        Names are for the frames of stacks, and this trace has none. Record with stack walking (see the page Stacks).
      </EmptyState>
    );
  }
  const load = (request: LoadSymbolsRequest) => void loadSymbols(viewer, request, 'asked');
  return (
    <section className="symbols-page" aria-label="Symbols" tabIndex={0}>
      <SymbolsStatus status={data.status} />
      {jobError !== null && (
        <InlineError error={jobError} what="looking for function names" retry={() => load({ retry: true })} />
      )}
      <LoadTools report={data} busy={running} load={load} />
      <details className="symbols-where" open={data.pathProblems.length > 0}>
        <summary>Where symbols are looked for</summary>
        <PathEditor report={data} busy={running} load={load} />
      </details>
      <ModuleList report={data} busy={running} />
    </section>
  );
}

interface LoadToolsProps {
  report: SymbolsReport;
  busy: boolean;
  load: (request: LoadSymbolsRequest) => void;
}

/** "Load symbols", whether servers may be asked, and the form of names. The first time it is told what servers get to know. */
function LoadTools({ report, busy, load }: LoadToolsProps) {
  const [asking, setAsking] = useState(false);
  const servers = serversOf(report.path);
  const needsConsent = !report.download && servers.length > 0;
  const missing = report.modules.some(({ state }) => state === 'notFound' || state === 'failed');
  return (
    <>
      <div className="symbols-tools">
        <button
          type="button"
          className="button is-primary"
          disabled={busy}
          aria-expanded={needsConsent ? asking : undefined}
          data-testid="load-symbols"
          onClick={() => (needsConsent ? setAsking(true) : load({}))}
        >
          Load symbols
        </button>
        <button
          type="button"
          className="button"
          disabled={busy || !missing}
          title="Looks again for what was not found, also where a server said so within the last day"
          data-testid="retry-symbols"
          onClick={() => load({ retry: true })}
        >
          Retry what was not found
        </button>
        <label className="symbols-switch">
          <input
            type="checkbox"
            checked={report.download}
            disabled={busy || servers.length === 0}
            data-testid="allow-servers"
            onChange={(event) => (event.target.checked ? setAsking(true) : load({ download: false, remember: true }))}
          />
          Symbol servers may be asked
        </label>
        <fieldset className="symbols-names">
          <legend>Names</legend>
          {NAME_FORMS.map((names) => (
            <label key={names} title={NAME_WORDS[names][1]}>
              <input
                type="radio"
                name="name-form"
                checked={report.names === names}
                disabled={busy}
                onChange={() => load({ names, remember: true })}
              />
              {NAME_WORDS[names][0]}
            </label>
          ))}
        </fieldset>
      </div>
      {asking && !report.download && (
        <div className="symbols-consent" role="group" aria-label="May servers be asked?" data-testid="symbols-consent">
          <p>
            To fetch PDBs, <b>{servers.join(', ')}</b> {servers.length === 1 ? 'is' : 'are'} asked for each module by
            the name, GUID and age of its PDB. So {servers.length === 1 ? 'this server learns' : 'these servers learn'}{' '}
            which programs and builds the trace has; nothing else of it leaves this machine. Your answer is kept.
          </p>
          <div className="path-actions">
            <button
              type="button"
              className="button is-primary"
              autoFocus
              data-testid="allow-download"
              onClick={() => {
                setAsking(false);
                load({ download: true, remember: true });
              }}
            >
              Allow and load
            </button>
            <button
              type="button"
              className="button"
              data-testid="load-local"
              onClick={() => {
                setAsking(false);
                load({ download: false });
              }}
            >
              This machine’s files only
            </button>
            <button type="button" className="button is-quiet" onClick={() => setAsking(false)}>
              Not now
            </button>
          </div>
        </div>
      )}
    </>
  );
}

function ModuleList({ report, busy }: { report: SymbolsReport; busy: boolean }) {
  const [shown, setShown] = useState<ShownModules>('all');
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(AT_ONCE);
  const modules = filterModules(report.modules, shown, search);
  return (
    <>
      <div className="symbols-tools">
        <span className="segments" role="group" aria-label="Modules">
          {SHOWN_MODULES.map((kind) => (
            <button
              key={kind}
              type="button"
              className="tool-button"
              aria-pressed={shown === kind}
              onClick={() => setShown(kind)}
            >
              {SHOWN_WORDS[kind]}
            </button>
          ))}
        </span>
        <input
          type="search"
          className="tool-search symbols-search"
          placeholder="Search modules"
          aria-label="Search modules"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span className="row-count" aria-live="polite">
          {formatPlural(modules.length, 'module')}
        </span>
      </div>
      <div className="symbols-scroll">
        <table className="symbols-table">
          <thead>
            <tr>
              <th scope="col">Module</th>
              <th scope="col">State</th>
              <th scope="col" className="align-right">
                Frames
              </th>
              <th scope="col" className="align-right">
                Named
              </th>
              <th scope="col">Version</th>
              <th scope="col">PDB</th>
              <th scope="col">Names from, or why not</th>
            </tr>
          </thead>
          <tbody>
            {modules.slice(0, most).map((module) => (
              <ModuleRow key={module.module} module={module} busy={busy} />
            ))}
          </tbody>
        </table>
      </div>
      {modules.length > most && (
        <button type="button" className="link-button" onClick={() => setMost(most + AT_ONCE)}>
          Show more of {formatCount(modules.length)}
        </button>
      )}
    </>
  );
}
