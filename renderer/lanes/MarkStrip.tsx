import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Name } from '../app/Name.tsx';
import { displayName } from '../displayName.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { Mark } from '../state/viewStore.ts';
import { xOfTime } from './geometry.ts';

interface MarkStripProps {
  gutterWidth: number;
  plotWidth: number;
}

/** A flag is at least this wide, so that it can be clicked, px. */
const NARROWEST = 24;
const WIDEST = 160;

/** The user's marks as flags under the ruler; not there without any. */
export function MarkStrip({ gutterWidth, plotWidth }: MarkStripProps) {
  const marks = useViewerState('view', (s) => s.marks);
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const [editing, setEditing] = useState<number | null>(null);
  if (marks.length === 0) return null;
  const screen = { fromNs, toNs, width: plotWidth };
  const xs = marks.map((mark) => xOfTime(screen, mark.ns));
  return (
    <div className="mark-strip" data-testid="marks">
      <div className="mark-head" style={{ width: gutterWidth }}>
        marks
      </div>
      <div className="mark-plot" style={{ width: plotWidth }}>
        {marks.map((mark, index) => {
          const x = xs[index];
          if (x < 0 || x > plotWidth) return null;
          const room = (xs[index + 1] ?? Infinity) - x;
          return (
            <Flag
              key={mark.ns}
              mark={mark}
              x={Math.min(x, Math.max(0, plotWidth - NARROWEST))}
              width={Math.max(NARROWEST, Math.min(WIDEST, room, plotWidth - x))}
              isEditing={editing === mark.ns}
              onEdit={(on) => setEditing(on ? mark.ns : null)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface FlagProps {
  mark: Mark;
  x: number;
  width: number;
  isEditing: boolean;
  onEdit: (on: boolean) => void;
}

/** A click or Enter opens the mark to rename, show or remove it; Delete removes it. */
function Flag({ mark, x, width, isEditing, onEdit }: FlagProps) {
  const viewer = useViewer();
  const time = useTimeFormat();
  const flag = useRef<HTMLButtonElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Delete') return;
    event.preventDefault();
    viewer.view.getState().removeMark(mark.ns);
  }

  return (
    <>
      <button
        ref={flag}
        type="button"
        className="mark-flag"
        style={{ left: x, maxWidth: width }}
        aria-expanded={isEditing}
        aria-haspopup="dialog"
        aria-label={`${displayName(mark.name)}, ${time.moment(mark.ns)}`}
        title={`${displayName(mark.name)}: ${time.full(mark.ns)} (Delete removes it)`}
        data-testid="mark"
        onKeyDown={onKeyDown}
        onClick={() => onEdit(!isEditing)}
      >
        <Name text={mark.name} />
      </button>
      {isEditing && (
        <MarkEditor
          mark={mark}
          x={x}
          onClose={() => {
            onEdit(false);
            flag.current?.focus();
          }}
        />
      )}
    </>
  );
}

const EDITOR_WIDTH = 270;

function MarkEditor({ mark, x, onClose }: { mark: Mark; x: number; onClose: () => void }) {
  const viewer = useViewer();
  const time = useTimeFormat();
  const [name, setName] = useState(mark.name);
  const root = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    root.current?.querySelector('input')?.select();
    const outside = (event: PointerEvent) => {
      if (root.current?.contains(event.target as Node) !== true) close.current();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);

  function goThere(): void {
    const { fromNs, toNs, goTo } = viewer.view.getState();
    const half = (toNs - fromNs) / 8;
    goTo(mark.ns - half, mark.ns + half);
    onClose();
  }

  return (
    <div
      ref={root}
      className="popover mark-editor"
      role="dialog"
      aria-label={`Mark at ${time.moment(mark.ns)}`}
      style={{ left: `clamp(0px, ${Math.round(x)}px, calc(100% - ${EDITOR_WIDTH}px))`, width: EDITOR_WIDTH }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') viewer.view.getState().renameMark(mark.ns, name.trim());
          onClose();
        }}
      >
        <input
          aria-label="Name of the mark"
          value={name}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <div className="mark-actions">
          <button type="submit" className="button is-primary">
            Rename
          </button>
          <button type="button" className="button" onClick={goThere}>
            Zoom there
          </button>
          <button type="button" className="button" onClick={() => viewer.view.getState().removeMark(mark.ns)}>
            Delete
          </button>
        </div>
      </form>
    </div>
  );
}
