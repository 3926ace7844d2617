import { useEffect, useRef } from 'react';
import { DetailsPane } from '../details/DetailsPane.tsx';
import { FilterBar } from '../filters/FilterBar.tsx';
import { FilterPanel } from '../filters/FilterPanel.tsx';
import { useFacets } from '../filters/useFacets.ts';
import { openMostSuspicious } from '../lanes/expandGroups.ts';
import { LanesPane } from '../lanes/LanesPane.tsx';
import { MapView } from '../mapview/MapView.tsx';
import { Overview } from '../overview/Overview.tsx';
import { SearchBar } from '../search/SearchBar.tsx';
import { filtersShown } from '../state/layoutStore.ts';
import { refreshDetails } from '../state/select.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { PageTabs } from './PageTabs.tsx';
import { PaneBoundary } from './PaneBoundary.tsx';
import { Separator } from './Separator.tsx';
import { useElementSize } from './useElementSize.ts';

/** Room for the lanes' scroll bar, right of every plot. */
const SCROLLBAR_WIDTH = 12;
const MIN_PLOT = 120;
/** Lane labels of a window of 400 px: names without counts. */
const NARROW_GUTTER = 112;

/** An opened trace: filters, overview, lanes, pages and details in panes that can be resized. */
export function Workbench() {
  const viewer = useViewer();
  const layout = useViewerState('layout', (s) => s);
  const filters = filtersShown(layout);
  const stale = useViewerState('session', (s) => s.stale);
  const namesVersion = useViewerState('session', (s) => s.namesVersion);
  const selectedId = useViewerState('selection', (s) => s.id);
  const searching = useViewerState('search', (s) => s.open);
  useFacets();
  useEffect(() => void openMostSuspicious(viewer), [viewer]);
  useEffect(() => void refreshDetails(viewer), [viewer, namesVersion]);

  return (
    <div className={`workbench${stale ? ' is-stale' : ''}`} aria-busy={stale} data-testid="workbench">
      {filters && (
        <div className="pane-filters" style={{ width: layout.filtersWidth }}>
          <PaneBoundary what="the filters">
            <FilterPanel />
          </PaneBoundary>
        </div>
      )}
      <main className="pane-centre" aria-label="Lanes and tables">
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
        <PaneBoundary what="the active filters">
          <FilterBar />
          {searching && <SearchBar />}
        </PaneBoundary>
        <Halves />
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
          <PaneBoundary what="the details">
            <DetailsPane />
          </PaneBoundary>
        </div>
      )}
    </div>
  );
}

/** Lanes (or mappings) above, pages below; either can have it all. */
function Halves() {
  const layout = useViewerState('layout', (s) => s);
  const upper = useViewerState('view', (s) => s.upper);
  const split = useRef<HTMLDivElement>(null);
  const { width, height } = useElementSize(split);
  const most = layout.narrow ? Math.max(NARROW_GUTTER, width * 0.28) : width - SCROLLBAR_WIDTH - MIN_PLOT;
  const gutterWidth = Math.round(Math.min(layout.gutterWidth, Math.max(0, most)));
  const plotWidth = Math.max(0, width - gutterWidth - SCROLLBAR_WIDTH);
  const { maximised } = layout;

  return (
    <div className="pane-split" ref={split} data-maximised={maximised}>
      {maximised !== 'tables' && (
        <div className="pane-upper">
          {layout.overviewOpen && (
            <PaneBoundary what="the strip of the whole trace">
              <Overview gutterWidth={gutterWidth} plotWidth={plotWidth} />
            </PaneBoundary>
          )}
          <div className="pane-lanes">
            <PaneBoundary key={upper} what={`the ${upper}`}>
              {upper === 'lanes' ? (
                <LanesPane gutterWidth={gutterWidth} plotWidth={plotWidth} />
              ) : (
                <MapView gutterWidth={gutterWidth} plotWidth={plotWidth} />
              )}
            </PaneBoundary>
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
        </div>
      )}
      {maximised === 'none' && (
        <Separator
          label="Height of the tables"
          orientation="horizontal"
          value={layout.tableShare}
          min={0.1}
          max={0.85}
          direction={-1}
          perPixel={1 / Math.max(200, height)}
          onChange={(tableShare) => layout.set({ tableShare })}
          onDoubleClick={() => layout.toggleMaximised('tables')}
        />
      )}
      {maximised !== 'lanes' && (
        <div
          className="pane-table"
          style={maximised === 'tables' ? { flex: '1 1 0' } : { flexBasis: `${layout.tableShare * 100}%` }}
        >
          <PageTabs />
        </div>
      )}
    </div>
  );
}
