import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { FacetList } from './FacetList.tsx';
import { RangeBoxes } from './RangeBoxes.tsx';
import { SwitchRow } from './SwitchRow.tsx';
import { TextFilterBox } from './TextFilterBox.tsx';

/** The filters, left of the lanes. Counts are those under the other filters. */
export function FilterPanel() {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const facets = useViewerState('data', (s) => s.facets);
  const patch = viewer.filter.getState().patch;

  return (
    <aside className="filters" data-testid="filters" aria-label="Filters">
      <TextFilterBox
        title="Object name"
        field="objectName"
        placeholder="contains…  * and ? work"
        contains
        testId="filter-name"
      />
      <div role="group" className="facet" aria-label="Leaks">
        <SwitchRow
          label="Leaks"
          on={filter.leak === true}
          count={facets?.leak ?? null}
          leak
          testId="filter-leak"
          onChange={(leak) => patch({ leak })}
        />
        <SwitchRow
          label="Leaks at exit"
          on={filter.leakAtExit === true}
          count={facets?.leakAtExit ?? null}
          leak
          testId="filter-leak-at-exit"
          onChange={(leakAtExit) => patch({ leakAtExit })}
        />
        <SwitchRow
          label="Inherited by a child"
          on={filter.inherit === true}
          count={facets?.inherit ?? null}
          testId="filter-inherit"
          onChange={(inherit) => patch({ inherit })}
        />
      </div>
      <FacetList title="Processes" field="process" facet="process" entries={facets?.processes ?? []} searchable />
      <FacetList title="Types" field="type" facet="type" entries={facets?.types ?? []} swatches shown={10} searchable />
      {(facets?.inheritedBy.length ?? 0) > 0 && (
        <FacetList
          title="Inherited by"
          field="relatedProcess"
          facet="inheritedBy"
          entries={facets?.inheritedBy ?? []}
          shown={6}
        />
      )}
      <TextFilterBox
        title="Create stack"
        field="createStack"
        placeholder="module or function"
        contains={false}
        testId="filter-create-stack"
      />
      <RangeBoxes title="Lifetime" field="lifetime" unit="seconds" testId="filter-lifetime" />
      <RangeBoxes title="Id" field="id" unit="" testId="filter-id" />
    </aside>
  );
}
