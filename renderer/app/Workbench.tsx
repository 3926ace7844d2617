import { useEffect, useRef } from 'react';
import { DetailsPane } from '../details/DetailsPane.tsx';
import { FilterChips } from '../filters/FilterChips.tsx';
import { FilterPanel } from '../filters/FilterPanel.tsx';
import { useFacets } from '../filters/useFacets.ts';
import { openMostSuspicious } from '../lanes/expandGroups.ts';
import { LanesPane } from '../lanes/LanesPane.tsx';
import { Overview } from '../overview/Overview.tsx';
import { filtersShown } from '../state/layoutStore.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { ObjectsTable } from '../table/ObjectsTable.tsx';
import { Separator } from './Separator.tsx';
import { useElementSize } from './useElementSize.ts';

/** Room for the lanes' scroll bar, right of every plot. */
const SCROLLBAR_WIDTH = 12;
const MIN_PLOT = 120;

/** An opened trace: filters, overview, lanes, table and details in panes that can be resized. */
export function Workbench() {
  const viewer = useViewer();
  const layout = useViewerState('layout', (s) => s);
  const filters = filtersShown(layout);
  const stale = useViewerState('session', (s) => s.stale);
  const selectedId = useViewerState('selection', (s) => s.id);
  const centre = useRef<HTMLDivElement>(null);
  const split = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(centre);
  const { height: splitHeight } = useElementSize(split);
  useFacets();
  useEffect(() => void openMostSuspicious(viewer), [viewer]);

  const gutterWidth = Math.min(layout.gutterWidth, Math.max(0, width - SCROLLBAR_WIDTH - MIN_PLOT));
  const plotWidth = Math.max(0, width - gutterWidth - SCROLLBAR_WIDTH);

  return (
    <div className={`workbench${stale ? ' is-stale' : ''}`} aria-busy={stale} data-testid="workbench">
      {filters && (
        <div className="pane-filters" style={{ width: layout.filtersWidth }}>
          <FilterPanel />
        </div>
      )}
      <main className="pane-centre" ref={centre} aria-label="Lanes and objects">
        {filters && !layout.narrow && (
          <div className="edge-separator is-left">
            <Separator
              label="Width of the filters"
              orientation="vertical"
              value={layout.filtersWidth}
              min={180}
              max={460}
              direction={1}
              onChange={(filtersWidth) => layout.set({ filtersWidth })}
            />
          </div>
        )}
        {stale && (
          <p className="stale-note" role="status">
            Shown data is from before the connection was lost.
          </p>
        )}
        <FilterChips />
        <Overview gutterWidth={gutterWidth} plotWidth={plotWidth} />
        <div className="pane-split" ref={split}>
          <div className="pane-lanes">
            <LanesPane gutterWidth={gutterWidth} plotWidth={plotWidth} />
            <div className="edge-separator is-gutter" style={{ left: gutterWidth }}>
              <Separator
                label="Width of the lane labels"
                orientation="vertical"
                value={layout.gutterWidth}
                min={120}
                max={560}
                direction={1}
                onChange={(gutter) => layout.set({ gutterWidth: gutter })}
              />
            </div>
          </div>
          <Separator
            label="Height of the table"
            orientation="horizontal"
            value={layout.tableShare}
            min={0.1}
            max={0.8}
            direction={-1}
            perPixel={1 / Math.max(200, splitHeight)}
            onChange={(tableShare) => layout.set({ tableShare })}
          />
          <div className="pane-table" style={{ flexBasis: `${layout.tableShare * 100}%` }}>
            <ObjectsTable />
          </div>
        </div>
        {selectedId !== null && !layout.narrow && (
          <div className="edge-separator is-right">
            <Separator
              label="Width of the details"
              orientation="vertical"
              value={layout.detailsWidth}
              min={260}
              max={720}
              direction={-1}
              onChange={(detailsWidth) => layout.set({ detailsWidth })}
            />
          </div>
        )}
      </main>
      {selectedId !== null && (
        <div className="pane-details" style={{ width: layout.detailsWidth }}>
          <DetailsPane />
        </div>
      )}
    </div>
  );
}
