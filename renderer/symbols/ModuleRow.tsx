import { useId, useRef, useState } from 'react';
import type { SymbolModule } from '../../shared/symbols.ts';
import { CheckIcon, InfoIcon, TriangleIcon, WarningIcon } from '../app/icons.tsx';
import { Name } from '../app/Name.tsx';
import { formatCount } from '../format.ts';
import { usePdb } from '../state/symbols.ts';
import { useViewer } from '../state/viewerContext.ts';
import { percent } from '../trust/trustFacts.ts';
import { STATE_WORDS, toneOf } from './stateWords.ts';

const TONE_ICONS = { good: <CheckIcon />, pending: <InfoIcon />, problem: <WarningIcon /> } as const;

/** A module: its frames, whether it has names, and opened where they are from or why there are none. */
export function ModuleRow({ module, busy }: { module: SymbolModule; busy: boolean }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const tone = toneOf(module.state);
  return (
    <>
      <tr className={`symbol-module is-${tone}`} data-testid="symbol-module">
        <th scope="row">
          <button
            type="button"
            className="symbol-name"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <TriangleIcon open={open} /> <Name text={module.name} most={120} />
          </button>
        </th>
        <td>
          <span className="symbol-state">
            {TONE_ICONS[tone]} {STATE_WORDS[module.state]}
          </span>
        </td>
        <td className="align-right">{formatCount(module.frames)}</td>
        <td className="align-right">{percent(module.framesNamed, module.frames)}</td>
        <td>
          <Name text={module.version ?? ''} most={60} />
        </td>
        <td>
          <PdbButton module={module} busy={busy} />
        </td>
        <td className="symbol-origin" title={module.origin ?? undefined}>
          <Name text={module.origin ?? module.detail} most={300} />
        </td>
      </tr>
      {open && (
        <tr id={id} className="symbol-more">
          <td colSpan={7}>
            <ModuleFacts module={module} />
          </td>
        </tr>
      )}
    </>
  );
}

function ModuleFacts({ module }: { module: SymbolModule }) {
  const { pdb } = module;
  return (
    <>
      {module.detail !== '' && (
        <p>
          <Name text={module.detail} />
        </p>
      )}
      <dl>
        <dt>Path</dt>
        <dd>
          <Name text={module.path === '' ? 'not recorded' : module.path} />
        </dd>
        <dt>PDB</dt>
        <dd>
          {pdb === null ? (
            'The trace does not say which.'
          ) : (
            <>
              <Name text={pdb.name} />, GUID {pdb.guid}, age {pdb.age}
            </>
          )}
        </dd>
        {module.origin !== null && (
          <>
            <dt>Used</dt>
            <dd>
              <Name text={module.origin} />
            </dd>
          </>
        )}
      </dl>
      {module.tried.length > 0 && (
        <>
          <h3>Where was looked</h3>
          <ol className="symbol-tried">
            {module.tried.map(({ where, outcome }, index) => (
              <li key={index}>
                <Name text={where} />: <Name text={outcome} />
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

/** Takes a PDB for the module: the host's own dialog, or the browser's. */
function PdbButton({ module, busy }: { module: SymbolModule; busy: boolean }) {
  const viewer = useViewer();
  const input = useRef<HTMLInputElement>(null);
  const label = `Browse for the PDB of ${module.name}`;
  return (
    <>
      <button
        type="button"
        className="tool-button"
        disabled={busy || module.pdb === null}
        title={
          module.pdb === null
            ? 'The trace does not say which PDB it needs, so that none can be checked'
            : 'Take a PDB of this machine; it must be of the same build'
        }
        aria-label={label}
        onClick={() => (viewer.host.hasDialog ? void usePdb(viewer, module.module, null) : input.current?.click())}
      >
        Browse…
      </button>
      {!viewer.host.hasDialog && (
        <input
          ref={input}
          type="file"
          accept=".pdb"
          hidden
          aria-label={label}
          data-testid={`pdb-file-${module.module}`}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file !== undefined) void usePdb(viewer, module.module, file);
          }}
        />
      )}
    </>
  );
}
