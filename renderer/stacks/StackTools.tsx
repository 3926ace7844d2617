import type { ReactNode } from 'react';
import { STACKS_OF, type IcicleRequest } from '../../shared/stackTree.ts';
import type { StacksView } from '../state/tablesStore.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { ExportMenu } from '../table/ExportMenu.tsx';

const BY_WORDS: Record<StacksView['by'], [word: string, title: string]> = {
  create: ['Create', 'By the stack that created each object'],
  destroy: ['Destroy', 'By the stack that ended each object'],
  any: ['Any event', 'By every stack of the objects’ events, each event counted once'],
};
const WEIGHT_WORDS: Record<IcicleRequest['weight'], string> = { created: 'Created', open: 'Open', leaked: 'Leaked' };

/** How the stacks are shown; `children` are the tools of the shape. */
export function StackTools({ children }: { children: ReactNode }) {
  const viewer = useViewer();
  const stacks = useViewerState('tables', (s) => s.stacks);
  const set = (change: Partial<StacksView>) => viewer.tables.getState().setStacks(change);
  return (
    <div className="page-tools" role="group" aria-label="How stacks are shown">
      <span className="segments" role="group" aria-label="Stacks of">
        {STACKS_OF.map((by) => (
          <Toggle
            key={by}
            label={BY_WORDS[by][0]}
            title={BY_WORDS[by][1]}
            on={stacks.by === by}
            onClick={() => set({ by })}
          />
        ))}
      </span>
      <span className="segments" role="group" aria-label="Direction">
        <Toggle
          label="Top-down"
          title="From the start of the thread to the call"
          on={!stacks.inverted}
          onClick={() => set({ inverted: false })}
        />
        <Toggle
          label="Bottom-up"
          title="From the call to who called it"
          on={stacks.inverted}
          onClick={() => set({ inverted: true })}
        />
      </span>
      <Toggle
        label="Only leaks"
        title="Only objects that leak, or leak at exit"
        on={stacks.onlyLeaks}
        onClick={() => set({ onlyLeaks: !stacks.onlyLeaks })}
      />
      <Toggle
        label="Fold system"
        title="Frames of system modules in a row become one line"
        on={stacks.foldSystem}
        onClick={() => set({ foldSystem: !stacks.foldSystem })}
      />
      <span className="segments" role="group" aria-label="Shape">
        <Toggle
          label="Tree"
          title="A line for each call"
          on={stacks.shape === 'tree'}
          onClick={() => set({ shape: 'tree' })}
        />
        <Toggle
          label="Icicle"
          title="A box for each call, as wide as its count"
          on={stacks.shape === 'icicle'}
          onClick={() => set({ shape: 'icicle' })}
        />
      </span>
      {stacks.shape === 'icicle' && (
        <label className="tool-select">
          Width
          <select
            value={stacks.weight}
            onChange={(event) => set({ weight: event.target.value as IcicleRequest['weight'] })}
          >
            {(Object.keys(WEIGHT_WORDS) as IcicleRequest['weight'][]).map((weight) => (
              <option key={weight} value={weight}>
                {WEIGHT_WORDS[weight]}
              </option>
            ))}
          </select>
        </label>
      )}
      <span className="tools-end">
        {children}
        <ExportMenu />
      </span>
    </div>
  );
}

interface ToggleProps {
  label: string;
  title: string;
  on: boolean;
  onClick: () => void;
}

function Toggle({ label, title, on, onClick }: ToggleProps) {
  return (
    <button type="button" className="tool-button" aria-pressed={on} title={title} onClick={onClick}>
      {label}
    </button>
  );
}
