import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { nextIndex } from '../state/nextIndex.ts';
import type { MenuItem } from './gridTypes.ts';

interface RowMenuProps {
  /** Where it opens, px of the window. */
  x: number;
  y: number;
  items: readonly MenuItem[];
  onClose: () => void;
}

/** The menu of a row: arrows, Home, End and Enter; Esc, Tab and a click elsewhere close it. */
export function RowMenu({ x, y, items, onClose }: RowMenuProps) {
  const root = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: x, top: y });

  useLayoutEffect(() => {
    const box = root.current?.getBoundingClientRect();
    if (box === undefined) return;
    // Not beyond the edges of the window.
    setPlace({
      left: Math.max(4, Math.min(x, innerWidth - box.width - 4)),
      top: Math.max(4, Math.min(y, innerHeight - box.height - 4)),
    });
  }, [x, y]);
  useEffect(() => {
    root.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const close = (event: PointerEvent) => {
      if (root.current?.contains(event.target as Node) !== true) onClose();
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    const entries = [...(root.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key === 'ArrowDown') entries[nextIndex(at, entries.length, 1)]?.focus();
    else if (event.key === 'ArrowUp') entries[nextIndex(at, entries.length, -1)]?.focus();
    else if (event.key === 'Home') entries[0]?.focus();
    else if (event.key === 'End') entries.at(-1)?.focus();
    else {
      // Letters are commands of the window, not of a menu.
      if (event.key !== 'Enter' && event.key !== ' ') event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={root}
      className="row-menu"
      role="menu"
      aria-label="Row"
      style={place}
      data-testid="row-menu"
      onKeyDown={onKeyDown}
    >
      {items.map((item, index) =>
        item === null ? (
          <hr key={index} />
        ) : (
          <button
            key={index}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              onClose();
              item.run();
            }}
          >
            {item.label}
          </button>
        ),
      )}
    </div>
  );
}
