import { filterKey } from '../../shared/filter.ts';
import { EmptyState } from '../app/EmptyState.tsx';
import { HowToRecord } from '../app/HowToRecord.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

/** Whether the trace has no stack at all, so that there is nothing to show under any filter. */
export function useHasStacks(): boolean {
  return useViewerState('session', (s) => s.summary === null || s.summary.trust.objectEventsWithStack > 0);
}

/** What stands on the page of a trace that was recorded without stacks. */
export function NoStacksInTrace() {
  return (
    <EmptyState title="No stacks in this trace">
      <p>Which calls opened the handles was not recorded. Record again with stack walking:</p>
      <HowToRecord />
    </EmptyState>
  );
}

/** What stands there where the options or the filter leave nothing. */
export function NoStacksHere() {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const onlyLeaks = useViewerState('tables', (s) => s.stacks.onlyLeaks);
  if (onlyLeaks) {
    return (
      <EmptyState
        title="No leaks here"
        action={{
          label: 'Show all objects',
          run: () => viewer.tables.getState().setStacks({ onlyLeaks: false }),
        }}
      >
        No object under these filters leaks, or leaks at exit.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing under these filters"
      action={
        filterKey(filter) === '[]'
          ? undefined
          : { label: 'Clear all filters', run: () => viewer.filter.getState().clear() }
      }
    >
      No object that is left has such a stack.
    </EmptyState>
  );
}
