import { FitIcon, MinusIcon, PlusIcon } from '../app/icons.tsx';
import { useViewer } from '../state/viewerContext.ts';

const ZOOM = 0.6;

/** Zoom for those who have neither a wheel nor keys at hand. */
export function ZoomButtons() {
  const viewer = useViewer();
  const zoom = (factor: number) => {
    const { fromNs, toNs, zoomAt } = viewer.view.getState();
    zoomAt((fromNs + toNs) / 2, factor);
  };
  return (
    <div className="button-group">
      <button
        type="button"
        className="icon-button"
        aria-label="Zoom out"
        title="Zoom out (S)"
        onClick={() => zoom(1 / ZOOM)}
      >
        <MinusIcon />
      </button>
      <button type="button" className="icon-button" aria-label="Zoom in" title="Zoom in (W)" onClick={() => zoom(ZOOM)}>
        <PlusIcon />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Show the whole trace"
        title="Show the whole trace (F)"
        onClick={() => viewer.view.getState().fit()}
      >
        <FitIcon />
      </button>
    </div>
  );
}
