import type { StackTreeRequest } from '../../shared/stackTree.ts';
import { useViewerState } from '../state/viewerContext.ts';

/** How the tree and the icicle are made, for requests. */
export type StackOptions = Pick<StackTreeRequest, 'filter' | 'by' | 'inverted' | 'onlyLeaks' | 'foldSystem'>;

export function useStackOptions(): StackOptions {
  const filter = useViewerState('filter', (s) => s.filter);
  const by = useViewerState('tables', (s) => s.stacks.by);
  const inverted = useViewerState('tables', (s) => s.stacks.inverted);
  const onlyLeaks = useViewerState('tables', (s) => s.stacks.onlyLeaks);
  const foldSystem = useViewerState('tables', (s) => s.stacks.foldSystem);
  return { filter, by, inverted, onlyLeaks, foldSystem };
}
