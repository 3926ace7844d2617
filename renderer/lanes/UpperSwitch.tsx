import { useViewer, useViewerState } from '../state/viewerContext.ts';

/** Swim-lanes, or mappings as address × time. */
export function UpperSwitch() {
  const viewer = useViewer();
  const upper = useViewerState('view', (s) => s.upper);
  return (
    <div className="upper-switch" role="group" aria-label="View">
      {(['lanes', 'mappings'] as const).map((view) => (
        <button
          key={view}
          type="button"
          aria-pressed={upper === view}
          title={view === 'lanes' ? 'Swim-lanes (V)' : 'Mappings as address × time (V)'}
          data-testid={`upper-${view}`}
          onClick={() => viewer.view.getState().set({ upper: view })}
        >
          {view === 'lanes' ? 'Lanes' : 'Mappings'}
        </button>
      ))}
    </div>
  );
}
