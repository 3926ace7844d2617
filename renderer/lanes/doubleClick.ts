/** Two clicks at one place within this time are a double-click, ms. */
const DOUBLE_CLICK_MS = 350;
/** How far apart two clicks at one place may be, px. */
const SLOP = 6;

export interface DoubleClick {
  /** A click that may be the first of two; its own time counts, not when a busy page gets to it. */
  clicked(at: { clientX: number; clientY: number; timeStamp: number }): void;
  stop(): void;
}

/**
 * Hears the second click of a double-click wherever it lands: the first one opens the details pane, which moves what was under
 * the mouse. What the second click lands on does not get it.
 */
export function createDoubleClick(onDouble: () => void): DoubleClick {
  let first: { x: number; y: number; time: number } | null = null;

  function press(event: PointerEvent): void {
    const before = first;
    first = null;
    if (before === null || event.button !== 0 || event.timeStamp - before.time > DOUBLE_CLICK_MS) return;
    if (Math.hypot(event.clientX - before.x, event.clientY - before.y) > SLOP) return;
    event.stopPropagation();
    event.preventDefault();
    swallowClick();
    onDouble();
  }

  window.addEventListener('pointerdown', press, true);
  return {
    clicked: (at) => (first = { x: at.clientX, y: at.clientY, time: at.timeStamp }),
    stop: () => window.removeEventListener('pointerdown', press, true),
  };
}

/** The rest of the press under way goes nowhere either. */
function swallowClick(): void {
  const kinds = ['mousedown', 'pointerup', 'mouseup', 'click'] as const;
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
    if (event.type === 'click') end();
  };
  // A press that is moved elsewhere ends in no click.
  const timer = setTimeout(() => end(), 1000);
  const end = () => {
    clearTimeout(timer);
    for (const kind of kinds) window.removeEventListener(kind, swallow, true);
  };
  for (const kind of kinds) window.addEventListener(kind, swallow, true);
}
