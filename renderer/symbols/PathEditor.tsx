import { useEffect, useId, useState } from 'react';
import type { LoadSymbolsRequest, SymbolsReport } from '../../shared/symbols.ts';
import { displayName } from '../displayName.ts';
import { joinLines, lineProblem, pathLines } from './pathLines.ts';

const FROM_WORDS: Record<SymbolsReport['pathFrom'], string> = {
  request: 'from this page',
  environment: 'from the environment variable _NT_SYMBOL_PATH',
  setting: 'from your settings',
  default: 'the default: Microsoft’s server',
};

interface PathEditorProps {
  report: SymbolsReport;
  busy: boolean;
  load: (request: LoadSymbolsRequest) => void;
}

/** Where symbols are looked for: one element a line, checked while it is typed. */
export function PathEditor({ report, busy, load }: PathEditorProps) {
  const inForce = pathLines(report.path).join('\n');
  const [text, setText] = useState(inForce);
  useEffect(() => setText(inForce), [inForce]);
  const id = useId();
  const path = joinLines(text);
  const problems = pathLines(path).flatMap((line) => {
    const problem = lineProblem(line);
    return problem === null ? [] : [`${line}: ${problem}`];
  });
  const changed = path !== joinLines(inForce);
  const shown = changed ? problems : [...new Set([...problems, ...report.pathProblems])];
  return (
    <div className="path-editor">
      <label htmlFor={`${id}-path`}>
        Symbol path, {FROM_WORDS[report.pathFrom]}; one place a line, asked from top to bottom
      </label>
      <textarea
        id={`${id}-path`}
        rows={Math.min(8, Math.max(2, text.split('\n').length))}
        spellCheck={false}
        value={text}
        aria-describedby={`${id}-help`}
        aria-invalid={shown.length > 0}
        data-testid="symbol-path"
        onChange={(event) => setText(event.target.value)}
      />
      {shown.length > 0 && (
        <ul className="path-problems" role="alert">
          {shown.map((problem) => (
            <li key={problem}>{displayName(problem)}</li>
          ))}
        </ul>
      )}
      <div className="path-actions">
        <button
          type="button"
          className="button"
          disabled={!changed || problems.length > 0 || path === '' || busy}
          data-testid="apply-path"
          onClick={() => load({ path, remember: true })}
        >
          Use this path
        </button>
        <button type="button" className="button is-quiet" disabled={!changed} onClick={() => setText(inForce)}>
          Undo the change
        </button>
        <button
          type="button"
          className="button is-quiet"
          disabled={busy || report.pathFrom === 'default' || report.pathFrom === 'environment'}
          data-testid="reset-path"
          // An empty path forgets the setting: then comes the environment's, else the default.
          onClick={() => load({ path: '', remember: true })}
        >
          Back to the environment’s or the default
        </button>
      </div>
      <details id={`${id}-help`}>
        <summary>Notation</summary>
        <dl className="path-help">
          <dt>D:\build\out</dt>
          <dd>a folder with PDBs, or a symbol store</dd>
          <dt>srv*https://msdl.microsoft.com/download/symbols</dt>
          <dd>a server; what it has is kept in the cache of Leaklanes</dd>
          <dt>srv*C:\Symbols*https://…</dt>
          <dd>the same, kept in C:\Symbols</dd>
          <dt>cache*C:\Symbols</dt>
          <dd>keeps what the servers below it have</dd>
        </dl>
        {report.pathFrom === 'environment' && (
          <p>The environment comes before your settings: a path of this page holds until the next start.</p>
        )}
      </details>
    </div>
  );
}
