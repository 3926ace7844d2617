import type { SymbolStatus } from '../../shared/symbols.ts';
import { formatCount } from '../format.ts';
import { cancelSymbols } from '../state/symbols.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { percent } from '../trust/trustFacts.ts';

/** How many frames have a name, and while more are looked for what is being done, with a way to stop. */
export function SymbolsStatus({ status }: { status: SymbolStatus }) {
  const viewer = useViewer();
  const { running, doing, status: newest } = useViewerState('session', (s) => s.symbols);
  const { frames, framesNamed, framesWithModule, modules, modulesNamed } = newest ?? status;
  return (
    <div className="symbols-status">
      <p data-testid="symbols-status">
        <b>{percent(framesNamed, frames)}</b> of {formatCount(frames)} frames have a function name, in{' '}
        {formatCount(modulesNamed)} of {formatCount(modules)} modules.
        {framesWithModule < frames && ` ${formatCount(frames - framesWithModule)} frames fall into no module.`}
      </p>
      {running && (
        <div className="symbols-job">
          <progress aria-label="Modules with names" {...(modules > 0 && { value: modulesNamed, max: modules })} />
          <span aria-live="polite">{doing === '' ? 'Looking for names…' : doing}</span>
          <button type="button" className="button" data-testid="cancel-symbols" onClick={() => cancelSymbols(viewer)}>
            Cancel
          </button>
        </div>
      )}
    </div>
  );
}
