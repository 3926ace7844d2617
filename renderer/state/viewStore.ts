import { createStore } from 'zustand/vanilla';
import type { LaneColor, LaneGrouping } from '../../shared/lanes.ts';
import { toggled } from './tablesStore.ts';
import { clampRange, panRange, zoomRange, type TimeRange } from './timeRange.ts';

/** A moment that the user marked. */
export interface Mark {
  ns: number;
  name: string;
}

export interface ViewState {
  /** End of the trace, ns: the limit of every pan and zoom. */
  endNs: number;
  /** The visible stretch of time, shared by lanes, axis and overview. */
  fromNs: number;
  toNs: number;
  /** Stretches to go back to, oldest first, and those that were gone back from, the next one last. */
  back: readonly TimeRange[];
  forward: readonly TimeRange[];
  /** Whether the last change was one of many (a wheel, a drag): those are one step back together. */
  moving: boolean;
  /** The stretch that was selected on the ruler, null where none. */
  rulerRange: TimeRange | null;
  /** Where the mouse is over lanes, axis or overview, ns; null where it is not. Marks are set here. */
  cursorNs: number | null;
  /** In order of time. */
  marks: readonly Mark[];
  /** What lies above the tables: the swim-lanes, or the mappings as address × time. */
  upper: 'lanes' | 'mappings';
  /** Process whose mappings are shown, '' the one with the most. */
  mapProcess: string;
  /** Levels of the lanes' groups, outermost first; [] flat. */
  grouping: readonly LaneGrouping[];
  packing: 'packed' | 'single';
  colorBy: LaneColor;
  /** Keys of outermost groups that go first. */
  pinned: readonly string[];
  /** Keys of the group rows that are open; sent with every lane request. */
  openGroups: ReadonlySet<string>;
  /** What the strip above the lanes stacks. */
  overviewBy: 'type' | 'process';
  /** A small step of a movement: dragging, a wheel's notch. */
  setRange(fromNs: number, toNs: number): void;
  zoomAt(atNs: number, factor: number): void;
  pan(share: number): void;
  /** A jump to another stretch: one step back. */
  goTo(fromNs: number, toNs: number): void;
  fit(): void;
  goBack(): void;
  goForward(): void;
  setGrouping(grouping: readonly LaneGrouping[]): void;
  toggleGroup(key: string): void;
  openAlso(keys: readonly string[]): void;
  setOpenGroups(keys: Iterable<string>): void;
  togglePinned(key: string): void;
  addMark(ns: number, name?: string): void;
  renameMark(ns: number, name: string): void;
  removeMark(ns: number): void;
  set(
    change: Partial<
      Pick<
        ViewState,
        'rulerRange' | 'cursorNs' | 'upper' | 'mapProcess' | 'packing' | 'colorBy' | 'pinned' | 'overviewBy' | 'marks'
      >
    >,
  ): void;
}

export const DEFAULT_GROUPING: readonly LaneGrouping[] = ['process', 'type'];
const MOST_STEPS = 100;
export const MOST_MARKS = 200;

/** What belongs to one trace, for another one of this length: nothing open, nothing marked, the whole of it. */
export function freshView(endNs: number) {
  return {
    endNs,
    fromNs: 0,
    toNs: endNs,
    back: [],
    forward: [],
    moving: false,
    rulerRange: null,
    cursorNs: null,
    marks: [],
    upper: 'lanes',
    mapProcess: '',
    grouping: DEFAULT_GROUPING,
    packing: 'packed',
    colorBy: 'type',
    pinned: [],
    openGroups: new Set<string>(),
    overviewBy: 'type',
  } satisfies Partial<ViewState>;
}

export function createViewStore(endNs = 1e9) {
  return createStore<ViewState>()((set) => {
    const now = (s: ViewState): TimeRange => ({ fromNs: s.fromNs, toNs: s.toNs });
    const change = (s: ViewState, to: TimeRange, moving: boolean): Partial<ViewState> => {
      if (to.fromNs === s.fromNs && to.toNs === s.toNs) return moving ? {} : { moving: false };
      const back = moving && s.moving ? s.back : [...s.back, now(s)].slice(-MOST_STEPS);
      return { ...to, back, forward: [], moving };
    };
    return {
      ...freshView(endNs),
      setRange: (fromNs, toNs) => set((s) => change(s, clampRange({ fromNs, toNs }, s.endNs), true)),
      zoomAt: (atNs, factor) => set((s) => change(s, zoomRange(s, s.endNs, atNs, factor), true)),
      pan: (share) => set((s) => change(s, panRange(s, s.endNs, share), true)),
      goTo: (fromNs, toNs) => set((s) => change(s, clampRange({ fromNs, toNs }, s.endNs), false)),
      fit: () => set((s) => change(s, clampRange({ fromNs: 0, toNs: s.endNs }, s.endNs), false)),
      goBack: () =>
        set((s) => {
          const to = s.back.at(-1);
          if (to === undefined) return {};
          return { ...to, back: s.back.slice(0, -1), forward: [...s.forward, now(s)], moving: false };
        }),
      goForward: () =>
        set((s) => {
          const to = s.forward.at(-1);
          if (to === undefined) return {};
          return { ...to, back: [...s.back, now(s)], forward: s.forward.slice(0, -1), moving: false };
        }),
      // Keys of open and pinned groups name nothing under other levels.
      setGrouping: (grouping) => set({ grouping, openGroups: new Set(), pinned: [] }),
      toggleGroup: (key) => set((s) => ({ openGroups: toggled(s.openGroups, key) })),
      openAlso: (keys) =>
        set((s) =>
          keys.every((key) => s.openGroups.has(key)) ? s : { openGroups: new Set([...s.openGroups, ...keys]) },
        ),
      setOpenGroups: (keys) => set({ openGroups: new Set(keys) }),
      togglePinned: (key) =>
        set((s) => ({
          pinned: s.pinned.includes(key) ? s.pinned.filter((other) => other !== key) : [...s.pinned, key],
        })),
      addMark: (ns, name) =>
        set((s) => {
          const at = Math.round(Math.min(Math.max(0, ns), s.endNs));
          if (s.marks.length >= MOST_MARKS || s.marks.some((mark) => mark.ns === at)) return {};
          const mark = { ns: at, name: name ?? freeName(s.marks) };
          return { marks: [...s.marks, mark].sort((a, b) => a.ns - b.ns) };
        }),
      renameMark: (ns, name) =>
        set((s) => ({ marks: s.marks.map((mark) => (mark.ns === ns ? { ns, name: name.slice(0, 200) } : mark)) })),
      removeMark: (ns) => set((s) => ({ marks: s.marks.filter((mark) => mark.ns !== ns) })),
      set: (wanted) => set(wanted),
    };
  });
}

/** "Mark 1", "Mark 2", the first that is not taken. */
function freeName(marks: readonly Mark[]): string {
  const taken = new Set(marks.map((mark) => mark.name));
  let number = 1;
  while (taken.has(`Mark ${number}`)) number++;
  return `Mark ${number}`;
}

/**
 * The way from the whole trace to what is shown: stretches that were shown before and lie around it, each inside of the one
 * before. What is shown now is not among them.
 */
export function rangeTrail(s: Pick<ViewState, 'back' | 'fromNs' | 'toNs' | 'endNs'>): TimeRange[] {
  const trail: TimeRange[] = [];
  for (const range of [{ fromNs: 0, toNs: s.endNs }, ...s.back]) {
    if (!holds(range, s) || spanOf(range) <= spanOf(s)) continue;
    while (trail.length > 0 && !(holds(trail.at(-1)!, range) && spanOf(trail.at(-1)!) > spanOf(range))) trail.pop();
    trail.push(range);
  }
  return trail;
}

function holds(outer: TimeRange, inner: TimeRange): boolean {
  return outer.fromNs <= inner.fromNs && outer.toNs >= inner.toNs;
}

function spanOf(range: TimeRange): number {
  return range.toNs - range.fromNs;
}
