import { CollapseIcon, ExpandIcon, FitIcon, MinusIcon, PlusIcon } from '../app/icons.tsx';
import { formatDuration, formatTime } from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { collapseAll, expandAll } from './expandGroups.ts';
import { LanesView } from './LanesView.tsx';
import { Legend } from './Legend.tsx';
import { TimeAxis } from './TimeAxis.tsx';

interface LanesPaneProps {
  gutterWidth: number;
  plotWidth: number;
}

/** Axis, lanes and legend. */
export function LanesPane({ gutterWidth, plotWidth }: LanesPaneProps) {
  const viewer = useViewer();
  return (
    <section className="lanes-pane" aria-label="Swim-lanes">
      <div className="lanes-head">
        <div className="lanes-head-gutter" style={{ width: gutterWidth }}>
          <button
            type="button"
            className="icon-button"
            aria-label="Open all groups"
            title="Open all groups (E)"
            onClick={() => void expandAll(viewer)}
          >
            <ExpandIcon />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Close all groups"
            title="Close all groups (C)"
            onClick={() => collapseAll(viewer)}
          >
            <CollapseIcon />
          </button>
          <span className="lanes-head-space" />
          <span className="lane-count" title="Objects">
            objects
          </span>
          <span className="lane-count" title="Leaks: handles never closed">
            leaks
          </span>
          <span className="lane-count" title="Leaks at exit: closed only by the end of the process">
            at exit
          </span>
          <span className="lane-count" title="Handles open at the end of the trace">
            open
          </span>
        </div>
        <TimeAxis width={plotWidth} />
      </div>
      <LanesView gutterWidth={gutterWidth} plotWidth={plotWidth} />
      <div className="lanes-foot">
        <Legend />
        <RangeText />
        <div className="button-group">
          <button
            type="button"
            className="icon-button"
            aria-label="Zoom out"
            title="Zoom out (S)"
            onClick={() => zoom(1 / 0.6)}
          >
            <MinusIcon />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Zoom in"
            title="Zoom in (W)"
            onClick={() => zoom(0.6)}
          >
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
      </div>
    </section>
  );

  function zoom(factor: number): void {
    const { fromNs, toNs, zoomAt } = viewer.view.getState();
    zoomAt((fromNs + toNs) / 2, factor);
  }
}

function RangeText() {
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  return (
    <span className="range-text" data-testid="range-text">
      {formatTime(fromNs)} – {formatTime(toNs)} <b>{formatDuration(toNs - fromNs)}</b>
    </span>
  );
}
