import type { ReactNode } from 'react';
import { commandById } from '../app/commands/registry.ts';
import { keyText } from '../app/commands/keymap.ts';
import { RedoIcon, UndoIcon } from '../app/icons.tsx';
import { formatCount } from '../format.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { FilterChips } from './FilterChips.tsx';
import { QueryLine } from './QueryLine.tsx';

/** The filters in force, above the lanes: as one line of text, as chips, and what undoes their last change. */
export function FilterBar() {
  const viewer = useViewer();
  const canUndo = useViewerState('filter', (s) => s.past.length > 0);
  const canRedo = useViewerState('filter', (s) => s.future.length > 0);
  const matched = useViewerState('data', (s) => s.matched);
  const total = useViewerState('data', (s) => s.total);
  return (
    <div className="filter-bar" data-testid="filter-bar">
      <div className="filter-line">
        <QueryLine />
        <StepButton
          id="undo"
          label="Undo"
          icon={<UndoIcon />}
          enabled={canUndo}
          run={() => viewer.filter.getState().undo()}
        />
        <StepButton
          id="redo"
          label="Redo"
          icon={<RedoIcon />}
          enabled={canRedo}
          run={() => viewer.filter.getState().redo()}
        />
        {/* The top bar has it too; a narrow window has it here alone. */}
        <span className="filter-count" aria-hidden="true">
          {formatCount(matched)} of {formatCount(total)}
        </span>
      </div>
      <FilterChips />
    </div>
  );
}

interface StepButtonProps {
  /** The command that does the same. */
  id: string;
  label: string;
  icon: ReactNode;
  enabled: boolean;
  run: () => void;
}

function StepButton({ id, label, icon, enabled, run }: StepButtonProps) {
  const changed = useViewerState('keys', (s) => s.changed);
  const command = commandById(id);
  const title = command === undefined ? label : `${command.title} (${keyText(command, changed)})`;
  return (
    <button type="button" className="icon-button" aria-label={label} title={title} disabled={!enabled} onClick={run}>
      {icon}
    </button>
  );
}
