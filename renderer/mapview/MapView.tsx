import { useState } from 'react';
import { EmptyState } from '../app/EmptyState.tsx';
import { displayName } from '../displayName.ts';
import { formatCount, formatPlural } from '../format.ts';
import { MarkStrip } from '../lanes/MarkStrip.tsx';
import { RangeChip } from '../lanes/RangeChip.tsx';
import { RangeText } from '../lanes/RangeText.tsx';
import { RangeTrail } from '../lanes/RangeTrail.tsx';
import { Ruler } from '../lanes/Ruler.tsx';
import { UpperSwitch } from '../lanes/UpperSwitch.tsx';
import { ZoomButtons } from '../lanes/ZoomButtons.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { MapData } from './mapLoader.ts';
import { MapPlot } from './MapPlot.tsx';

interface MapViewProps {
  gutterWidth: number;
  plotWidth: number;
}

/** Processes that can be chosen; those with most views come first. */
const MOST_PROCESSES = 1000;

/** The views of files in one process as address × time, in the place of the lanes. */
export function MapView({ gutterWidth, plotWidth }: MapViewProps) {
  const viewer = useViewer();
  const [data, setData] = useState<MapData | null>(null);
  const isFiltered = useViewerState('filter', (s) => Object.keys(s.filter).length > 0);
  const view = data?.view ?? null;
  return (
    <section className="lanes-pane map-pane" aria-label="Mappings as address × time" data-testid="map-view">
      <div className="lanes-toolbar" role="group" aria-label="Which mappings are shown">
        <UpperSwitch />
        <label className="toolbar-choice">
          <span>Process</span>
          <select
            value={view?.process ?? ''}
            data-testid="map-process"
            onChange={(event) => viewer.view.getState().set({ mapProcess: event.target.value })}
          >
            {view !== null && !view.processes.some((each) => each.label === view.process) && (
              <option value={view.process}>{view.process === '' ? 'none' : displayName(view.process, 60)}</option>
            )}
            {(view?.processes ?? []).slice(0, MOST_PROCESSES).map(({ label, views }) => (
              <option key={label} value={label}>
                {displayName(label, 60)}: {formatPlural(views, 'view')}
              </option>
            ))}
          </select>
        </label>
        {view !== null && (
          <span className="map-count" data-testid="map-count">
            {formatPlural(view.views, 'view')}
            {view.omitted > 0 && `, ${formatCount(view.omitted)} too small to show: zoom in`}
          </span>
        )}
        <RangeTrail />
      </div>
      <div className="lanes-head">
        <div className="lanes-head-gutter" style={{ width: gutterWidth }}>
          <span className="map-head">address, low on top; ≈ cut out</span>
        </div>
        <Ruler width={plotWidth} />
      </div>
      <MarkStrip gutterWidth={gutterWidth} plotWidth={plotWidth} />
      <div className="lanes-body">
        <RangeChip gutterWidth={gutterWidth} plotWidth={plotWidth} />
        <MapPlot gutterWidth={gutterWidth} plotWidth={plotWidth} data={data} onData={setData} />
        {view !== null && view.views === 0 && (
          <div className="lanes-empty">
            {isFiltered ? (
              <EmptyState
                title="No mapping matches the filters"
                action={{ label: 'Clear all filters', run: () => viewer.filter.getState().clear() }}
              />
            ) : (
              <EmptyState title="No mappings in this trace">
                <code>leaklanes record</code> prints the commands that record file mappings too.
              </EmptyState>
            )}
          </div>
        )}
      </div>
      <div className="lanes-foot">
        <span className="map-space" />
        <RangeText />
        <ZoomButtons />
      </div>
    </section>
  );
}
