import { useState } from 'react';
import { hadLocalFile } from '../host/sessionStorage.ts';
import { FolderIcon, Logo } from './icons.tsx';
import { openTrace } from '../state/openTrace.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { HowToRecord } from './HowToRecord.tsx';
import { Name } from './Name.tsx';

/** What is shown while no trace is open. */
export function StartPage({ onPick, dropping }: { onPick: () => void; dropping: boolean }) {
  const viewer = useViewer();
  const recent = useViewerState('session', (s) => s.recent);
  const [reloaded] = useState(() => viewer.host.kind === 'serve' && hadLocalFile());
  return (
    <main className="start" data-testid="start-page">
      <div className="start-card">
        <div className="start-brand">
          <Logo size={44} />
          <div>
            <h1>Leaklanes</h1>
            <p>Finds Windows handle leaks in .etl traces: every object’s life as a lane.</p>
          </div>
        </div>
        <div className={`drop-zone${dropping ? ' is-dropping' : ''}`} data-testid="drop-zone">
          <DropArt />
          <p className="drop-title">Drop an .etl here</p>
          <p className="drop-or">or</p>
          <button type="button" className="button is-primary" onClick={onPick} data-testid="open-button">
            <FolderIcon /> Open a trace…
          </button>
          <button
            type="button"
            className="link-button"
            data-testid="open-sample"
            onClick={() => void openTrace(viewer, { kind: 'sample' })}
          >
            Open the sample
          </button>
        </div>
        {reloaded && (
          <p className="reload-note" role="note" data-testid="reload-note">
            A file opened in the browser cannot be reopened after a reload: drop it again, or start{' '}
            <code>leaklanes serve FILE</code>.
          </p>
        )}
        {recent.length > 0 && (
          <section className="recent" aria-labelledby="recent-title">
            <h2 id="recent-title">Recent</h2>
            <ul>
              {recent.map((file) => (
                <li key={file.id}>
                  <button
                    type="button"
                    data-testid="recent-file"
                    title={`${file.folder}/${file.name}`}
                    onClick={() => void openTrace(viewer, { kind: 'recent', id: file.id })}
                  >
                    <span className="recent-name">
                      <Name text={file.name} />
                    </span>
                    <span className="recent-folder">
                      <Name text={file.folder} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section className="record" aria-labelledby="record-title">
          <h2 id="record-title">Record one</h2>
          <HowToRecord />
        </section>
      </div>
    </main>
  );
}

function DropArt() {
  return (
    <svg className="drop-art" width="132" height="56" viewBox="0 0 132 56" aria-hidden="true">
      <rect x="6" y="4" width="54" height="8" rx="2" className="type-0" />
      <rect x="68" y="4" width="26" height="8" rx="2" className="type-1" />
      <rect x="24" y="18" width="70" height="8" rx="2" className="type-3" />
      <rect x="0" y="32" width="32" height="8" rx="2" className="type-2" />
      <rect x="40" y="32" width="92" height="8" className="drop-art-leak" />
      <path
        d="M42 40 L50 32 M50 40 L58 32 M58 40 L66 32 M66 40 L74 32 M74 40 L82 32 M82 40 L90 32 M90 40 L98 32 M98 40 L106 32 M106 40 L114 32 M114 40 L122 32 M122 40 L130 32"
        className="drop-art-hatch"
      />
      <rect x="16" y="46" width="48" height="8" rx="2" className="type-4" />
      <rect x="72" y="46" width="20" height="8" rx="2" className="type-0" />
    </svg>
  );
}
