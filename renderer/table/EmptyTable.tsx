import { filterKey } from '../../shared/filter.ts';
import type { TableName } from '../../shared/tables.ts';
import { EmptyState } from '../app/EmptyState.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';

const NOTHING: Record<TableName, [title: string, why: string]> = {
  objects: [
    'No objects in this trace',
    'Record with the kernel keyword for handles: OB_HANDLE of xperf, Handle of a wpr profile.',
  ],
  handles: [
    'No handles in this trace',
    'Record with the kernel keyword for handles: OB_HANDLE of xperf, Handle of a wpr profile.',
  ],
  events: [
    'No events of objects in this trace',
    'Record with OB_HANDLE; OB_OBJECT adds reference changes, VAMAP file mappings.',
  ],
  groups: ['No objects in this trace', 'Record with the kernel keyword for handles: OB_HANDLE of xperf.'],
  inheritance: [
    'Nothing was inherited in this trace',
    'No process was started with a handle of its parent while it was recorded. The recording must cover the start of the child, with OB_HANDLE and PROC_THREAD.',
  ],
  processes: ['No processes in this trace', 'Record with PROC_THREAD, which names processes and tells when they end.'],
  modules: ['No modules in this trace', 'Record with LOADER: which modules are loaded says whose code a stack is in.'],
};

/** What stands in a table without rows: the filter's doing, or what was not recorded. */
export function EmptyTable({ table }: { table: TableName }) {
  const viewer = useViewer();
  const filter = useViewerState('filter', (s) => s.filter);
  const [title, why] = NOTHING[table];
  if (filterKey(filter) === '[]') return <EmptyState title={title}>{why}</EmptyState>;
  return (
    <EmptyState
      title={`No ${ROWS_OF[table]} under these filters`}
      action={{ label: 'Clear all filters', run: () => viewer.filter.getState().clear() }}
    >
      Take a filter out, or undo the last one (Ctrl+Z).
    </EmptyState>
  );
}

const ROWS_OF: Record<TableName, string> = {
  objects: 'objects',
  handles: 'handles',
  events: 'events',
  groups: 'objects',
  inheritance: 'inherited handles',
  processes: 'processes',
  modules: 'modules',
};
