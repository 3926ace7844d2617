import { useViewerState } from '../state/viewerContext.ts';
import { IciclePage } from './IciclePage.tsx';
import { StackTreePage } from './StackTreePage.tsx';

/** The calls that made or ended the objects: as a tree, or as an icicle. */
export function StacksPage() {
  const shape = useViewerState('tables', (s) => s.stacks.shape);
  return shape === 'tree' ? <StackTreePage /> : <IciclePage />;
}
