import { formatCount } from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { percent } from '../trust/trustFacts.ts';
import { SymbolsIcon } from './icons.tsx';

/** How many frames have function names, and what is being done to get more; opens the page that says why. */
export function SymbolsButton() {
  const viewer = useViewer();
  const { running, doing, status } = useViewerState('session', (s) => s.symbols);
  if (status === null || status.frames === 0) return null;
  const named = percent(status.framesNamed, status.frames);
  const sentence = `${formatCount(status.framesNamed)} of ${formatCount(status.frames)} frames have a function name`;
  return (
    <button
      type="button"
      className={`button is-quiet symbols-button${running ? ' is-running' : ''}`}
      title={running && doing !== '' ? `${sentence}. ${doing}` : sentence}
      aria-label={`Names: ${named}${running ? ', looking for more' : ''}`}
      data-testid="symbols-button"
      onClick={() => {
        if (viewer.layout.getState().maximised === 'lanes') viewer.layout.getState().set({ maximised: 'none' });
        viewer.tables.getState().showPage('symbols');
      }}
    >
      <SymbolsIcon />
      <span className="button-word">{running ? 'Names…' : `Names ${named}`}</span>
    </button>
  );
}
