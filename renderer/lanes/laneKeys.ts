/** What a key does while the lanes have the focus. */
export type LaneKey =
  | { kind: 'row'; by: number }
  | { kind: 'rowPage'; by: 1 | -1 }
  | { kind: 'rowEdge'; to: 'first' | 'last' }
  | { kind: 'bar'; direction: 1 | -1 }
  | { kind: 'activate' }
  | { kind: 'pin' }
  | { kind: 'move'; by: 1 | -1 };

interface KeyLike {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const KEYS: Record<string, LaneKey> = {
  ArrowUp: { kind: 'row', by: -1 },
  ArrowDown: { kind: 'row', by: 1 },
  PageUp: { kind: 'rowPage', by: -1 },
  PageDown: { kind: 'rowPage', by: 1 },
  Home: { kind: 'rowEdge', to: 'first' },
  End: { kind: 'rowEdge', to: 'last' },
  ArrowLeft: { kind: 'bar', direction: -1 },
  ArrowRight: { kind: 'bar', direction: 1 },
  Enter: { kind: 'activate' },
  ' ': { kind: 'activate' },
};

export function laneKey(event: KeyLike): LaneKey | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (event.altKey) {
    if (event.key === 'ArrowUp') return { kind: 'move', by: -1 };
    return event.key === 'ArrowDown' ? { kind: 'move', by: 1 } : null;
  }
  if (event.shiftKey) return event.key === 'Enter' ? { kind: 'pin' } : null;
  return KEYS[event.key] ?? null;
}
