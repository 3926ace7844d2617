import { InfoIcon } from '../app/icons.tsx';
import { InlineError } from '../app/InlineError.tsx';
import { endWord } from '../details/detailsText.ts';
import { formatCount } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { Facets, FacetName } from '../../shared/service.ts';
import { FacetList } from './FacetList.tsx';
import { FilterSection } from './FilterSection.tsx';
import { LifetimeHistogram } from './LifetimeHistogram.tsx';
import { RangeBoxes } from './RangeBoxes.tsx';
import { SwitchRow } from './SwitchRow.tsx';
import { TextFilterBox } from './TextFilterBox.tsx';

/** The filters, left of the lanes. Counts are those under the other filters. */
export function FilterPanel() {
  const facets = useViewerState('data', (s) => s.facets);
  const failed = useViewerState('data', (s) => s.facetsFailed);
  const distinct = (facet: FacetName) => (facets === null ? undefined : formatCount(facets.lists[facet].distinct));
  return (
    <aside className="filters" data-testid="filters" aria-label="Filters">
      {failed !== null && <InlineError error={failed.error} what="counts of the filters" retry={failed.retry} />}
      <Leaks facets={facets} />
      <FilterSection id="process" title="Processes" note={distinct('process')} fields={['process']}>
        <FacetList facet="process" what="processes" />
      </FilterSection>
      <FilterSection id="type" title="Types" note={distinct('type')} fields={['type']}>
        <FacetList facet="type" what="types" swatches shown={10} />
      </FilterSection>
      <FilterSection
        id="createStack"
        title="Create stacks"
        note={distinct('createStackId')}
        fields={['createStackId', 'createStack']}
      >
        <FacetList facet="createStackId" what="create stacks" shown={6} />
        <TextFilterBox
          title="Create stack"
          field="createStack"
          placeholder="module or function"
          testId="filter-create-stack"
        />
      </FilterSection>
      <FilterSection id="name" title="Names" note={distinct('objectName')} fields={['objectName']}>
        <TextFilterBox
          title="Object name"
          field="objectName"
          placeholder="contains…  * and ? work"
          contains
          testId="filter-name"
        />
        <FacetList facet="objectName" what="names" shown={6} />
      </FilterSection>
      <FilterSection
        id="inherited"
        title="Inherited handles"
        note={distinct('inheritedPair')}
        fields={['inheritedPair']}
      >
        <FacetList facet="inheritedPair" what="pairs of parent and child" shown={6} />
      </FilterSection>
      <FilterSection id="lifetime" title="Lifetime" fields={['lifetime']}>
        {facets !== null && <LifetimeHistogram histogram={facets.lifetimes} />}
        <RangeBoxes title="Lifetime" field="lifetime" unit="seconds" testId="filter-lifetime" />
      </FilterSection>
      <TimeRange />
      <FilterSection
        id="related"
        title="Related processes"
        note={distinct('relatedProcess')}
        fields={['relatedProcess']}
        closed
      >
        <FacetList facet="relatedProcess" what="related processes" shown={6} />
      </FilterSection>
      <FilterSection id="values" title="Handle, pointer, id" fields={['handle', 'object', 'id']} closed>
        <TextFilterBox title="Handle value" field="handle" placeholder="handle, 0x1A4" testId="filter-handle" />
        <TextFilterBox title="Object pointer" field="object" placeholder="pointer, 0xFFFF…" testId="filter-object" />
        <RangeBoxes title="Id" field="id" unit="" testId="filter-id" />
      </FilterSection>
      <FilterSection id="stacks" title="Other stacks" fields={['destroyStack', 'stack']} closed>
        <TextFilterBox
          title="Destroy stack"
          field="destroyStack"
          placeholder="destroyed by: function"
          testId="filter-destroy-stack"
        />
        <TextFilterBox title="Stack of events" field="stack" placeholder="events of: function" testId="filter-stack" />
      </FilterSection>
      <Mappings facets={facets} />
      <p className="filters-help">
        <InfoIcon />
        <span>
          Click includes, Alt+click excludes, Ctrl+click leaves only one. In a list: <kbd>↑</kbd> <kbd>↓</kbd> move,{' '}
          <kbd>Space</kbd> include, <kbd>X</kbd> exclude, <kbd>O</kbd> only.
        </span>
      </p>
    </aside>
  );
}

function Leaks({ facets }: { facets: Facets | null }) {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const row = (
    field: 'leak' | 'leakAtExit' | 'inherit' | 'multiProcess' | 'overlapped',
    label: string,
    testId: string,
  ) => (
    <SwitchRow
      label={label}
      on={filter[field] === true}
      count={facets?.[field] ?? null}
      leak={field === 'leak' || field === 'leakAtExit'}
      testId={testId}
      onChange={(on) => viewer.filter.getState().patch({ [field]: on })}
    />
  );
  return (
    <>
      <FilterSection
        id="leaks"
        title="Leaks and use"
        fields={['leak', 'leakAtExit', 'inherit', 'multiProcess', 'overlapped']}
      >
        {row('leak', 'Leaks', 'filter-leak')}
        {row('leakAtExit', 'Leaks at exit', 'filter-leak-at-exit')}
        {row('inherit', 'Inherited by a child', 'filter-inherit')}
        {row('multiProcess', 'Used by several processes', 'filter-multi-process')}
        {row('overlapped', 'Overlapped handles', 'filter-overlapped')}
      </FilterSection>
      <FilterSection id="end" title="Ends of handles" fields={['end']}>
        <FacetList facet="end" what="ends" word={(entry) => endWord(entry.label)} />
      </FilterSection>
    </>
  );
}

/** Only events of a stretch of time, which can be taken from what is shown or selected on the ruler. */
function TimeRange() {
  const viewer = useViewer();
  const time = useTimeFormat();
  const inForce = useViewerState('filter', (s) => s.filter.time);
  const ruler = useViewerState('view', (s) => s.rulerRange);
  const take = ({ fromNs, toNs }: { fromNs: number; toNs: number }) =>
    viewer.filter.getState().patch({ time: { min: fromNs / 1e9, max: toNs / 1e9 } });
  const moment = (seconds: number | null, unbounded: string) =>
    seconds === null ? unbounded : time.full(Math.round(seconds * 1e9));
  return (
    <FilterSection id="time" title="Time range" note="seconds from the start" fields={['time']}>
      <RangeBoxes title="Time" field="time" unit="seconds" testId="filter-time" />
      {inForce !== undefined && time.kind !== 'seconds' && (
        <p className="facet-none">
          {moment(inForce.min, 'the start')} – {moment(inForce.max, 'the end')}
        </p>
      )}
      <div className="facet-buttons">
        <button type="button" className="link-button" onClick={() => take(viewer.view.getState())}>
          What is shown
        </button>
        <button
          type="button"
          className="link-button"
          disabled={ruler === null}
          title={ruler === null ? 'Drag on the ruler above the lanes to select a range' : undefined}
          onClick={() => ruler !== null && take(ruler)}
        >
          Ruler’s selection
        </button>
      </div>
    </FilterSection>
  );
}

const MAP_CHOICES = [
  { label: 'All', value: undefined },
  { label: 'Mappings', value: true },
  { label: 'Objects', value: false },
] as const;

function Mappings({ facets }: { facets: Facets | null }) {
  const viewer = useViewer();
  const map = useViewerState('filter', (s) => s.filter.map);
  const counts = facets === null ? null : [facets.objects + facets.mappings, facets.mappings, facets.objects];
  return (
    <FilterSection id="mappings" title="Mappings" fields={['map', 'mapSize', 'ptrInMap', 'viewBase']} closed>
      <div className="facet-choices" role="group" aria-label="Mappings or objects">
        {MAP_CHOICES.map(({ label, value }, index) => (
          <button
            key={label}
            type="button"
            aria-pressed={map === value}
            data-testid={`filter-map-${label.toLowerCase()}`}
            onClick={() => viewer.filter.getState().patch({ map: value })}
          >
            {label} <span className="facet-count">{counts === null ? '–' : formatCount(counts[index])}</span>
          </button>
        ))}
      </div>
      <h3>Size of the view</h3>
      <RangeBoxes title="Size of the view" field="mapSize" unit="bytes" testId="filter-map-size" />
      <TextFilterBox
        title="Address in the view"
        field="ptrInMap"
        placeholder="an address in it, 0x7FF…"
        testId="filter-ptr-in-map"
      />
      <TextFilterBox title="View base" field="viewBase" placeholder="its base, 0x7FF…" testId="filter-view-base" />
    </FilterSection>
  );
}
