import { useRef, useState, type PointerEvent } from 'react';

/** The mouse moves this far before a press on a label is a drag, px. */
const DRAG_SLOP = 6;

/** Drags labels of outermost groups: `onDrop` gets the dragged one and the one under the mouse when it is let go. */
export function useGroupDrag(onDrop: (key: string, ontoKey: string) => void) {
  const [shown, setShown] = useState<{ key: string; ontoKey: string | null } | null>(null);
  const press = useRef<{ key: string; y: number; dragging: boolean; ontoKey: string | null } | null>(null);
  const dropped = useRef(false);

  function handlers(key: string) {
    return {
      onPointerDown(event: PointerEvent) {
        dropped.current = false;
        if (event.button === 0) press.current = { key, y: event.clientY, dragging: false, ontoKey: null };
      },
      onPointerMove(event: PointerEvent) {
        const held = press.current;
        if (held === null || (!held.dragging && Math.abs(event.clientY - held.y) < DRAG_SLOP)) return;
        if (!held.dragging) event.currentTarget.setPointerCapture(event.pointerId);
        held.dragging = true;
        held.ontoKey = outermostAt(event);
        setShown({ key: held.key, ontoKey: held.ontoKey });
      },
      onPointerUp() {
        const held = press.current;
        press.current = null;
        if (held === null || !held.dragging) return;
        dropped.current = true;
        setShown(null);
        if (held.ontoKey !== null && held.ontoKey !== held.key) onDrop(held.key, held.ontoKey);
      },
      onPointerCancel() {
        press.current = null;
        setShown(null);
      },
    };
  }

  return {
    key: shown?.key ?? null,
    ontoKey: shown?.ontoKey ?? null,
    handlers,
    /** Whether the click under way is the end of a drag. */
    justDropped: () => {
      const was = dropped.current;
      dropped.current = false;
      return was;
    },
  };
}

/** The outermost group whose label or lanes are under the mouse: the last one that begins above it. */
function outermostAt(event: PointerEvent): string | null {
  const labels = event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('[data-depth="0"]') ?? [];
  let key: string | null = null;
  for (const label of labels) if (label.getBoundingClientRect().top <= event.clientY) key = label.dataset['key'] ?? key;
  return key;
}
