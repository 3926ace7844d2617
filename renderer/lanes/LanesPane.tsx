import { useState } from 'react';
import { CollapseIcon, ExpandIcon } from '../app/icons.tsx';
import { useViewer } from '../state/viewerContext.ts';
import { collapseAll, expandAll } from './expandGroups.ts';
import type { LaneData } from './laneData.ts';
import { LanesToolbar } from './LanesToolbar.tsx';
import { LanesView } from './LanesView.tsx';
import { Legend } from './Legend.tsx';
import { MarkStrip } from './MarkStrip.tsx';
import { RangeChip } from './RangeChip.tsx';
import { RangeText } from './RangeText.tsx';
import { Ruler } from './Ruler.tsx';
import { ZoomButtons } from './ZoomButtons.tsx';

interface LanesPaneProps {
  gutterWidth: number;
  plotWidth: number;
}

/** A gutter narrower than this, or wider than the plot, has no counts but the leaks', px. */
const SHORT_GUTTER = 220;

/** Toolbar, ruler, lanes and legend. */
export function LanesPane({ gutterWidth, plotWidth }: LanesPaneProps) {
  const viewer = useViewer();
  const [data, setData] = useState<LaneData | null>(null);
  const isShort = gutterWidth < SHORT_GUTTER || gutterWidth > plotWidth;
  return (
    <section className={`lanes-pane${isShort ? ' is-short' : ''}`} aria-label="Swim-lanes">
      <LanesToolbar />
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
          <span className="lane-count is-leaks" title="Leaks: handles never closed">
            leaks
          </span>
          <span className="lane-count" title="Leaks at exit: closed only by the end of the process">
            at exit
          </span>
          <span className="lane-count" title="Handles open at the end of the trace">
            open
          </span>
        </div>
        <Ruler width={plotWidth} />
      </div>
      <MarkStrip gutterWidth={gutterWidth} plotWidth={plotWidth} />
      <div className="lanes-body">
        <RangeChip gutterWidth={gutterWidth} plotWidth={plotWidth} />
        <LanesView gutterWidth={gutterWidth} plotWidth={plotWidth} data={data} onData={setData} />
      </div>
      <div className="lanes-foot">
        <Legend data={data} />
        <RangeText />
        <ZoomButtons />
      </div>
    </section>
  );
}
