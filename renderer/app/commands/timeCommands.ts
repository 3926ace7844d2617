import { filterToRange, zoomToRange } from '../../lanes/rulerRange.ts';
import { zoomToSelection } from '../../state/select.ts';
import { MOST_DIGITS, type TimeKind } from '../../state/preferencesStore.ts';
import type { Viewer } from '../../state/viewer.ts';
import { always, type Command } from './command.ts';

const view = (viewer: Viewer) => viewer.view.getState();
const middle = (viewer: Viewer) => (view(viewer).fromNs + view(viewer).toNs) / 2;

export const TIME_COMMANDS: readonly Command[] = [
  {
    id: 'zoomIn',
    title: 'Zoom in',
    group: 'Time',
    keys: ['W', '+'],
    run: (viewer) => view(viewer).zoomAt(middle(viewer), 0.7),
  },
  {
    id: 'zoomOut',
    title: 'Zoom out',
    group: 'Time',
    keys: ['S', '-'],
    run: (viewer) => view(viewer).zoomAt(middle(viewer), 1 / 0.7),
  },
  { id: 'panLeft', title: 'Pan left', group: 'Time', keys: ['A'], run: (viewer) => view(viewer).pan(-0.15) },
  { id: 'panRight', title: 'Pan right', group: 'Time', keys: ['D'], run: (viewer) => view(viewer).pan(0.15) },
  { id: 'fit', title: 'Show the whole trace', group: 'Time', keys: ['F'], run: (viewer) => view(viewer).fit() },
  {
    id: 'zoomToSelection',
    title: 'Zoom to the selected object',
    group: 'Time',
    keys: ['Z'],
    enabled: (viewer) => viewer.selection.getState().details !== null,
    run: zoomToSelection,
  },
  {
    id: 'zoomToRange',
    title: 'Zoom to the range selected on the ruler',
    group: 'Time',
    keys: ['R'],
    enabled: (viewer) => view(viewer).rulerRange !== null,
    run: zoomToRange,
  },
  {
    id: 'filterToRange',
    title: 'Only events of the range selected on the ruler',
    group: 'Time',
    keys: [],
    enabled: (viewer) => view(viewer).rulerRange !== null,
    run: filterToRange,
  },
  {
    id: 'rangeBack',
    title: 'Back to the range before',
    group: 'Time',
    keys: ['Alt+ArrowLeft'],
    everywhere: true,
    enabled: (viewer) => view(viewer).back.length > 0,
    run: (viewer) => view(viewer).goBack(),
  },
  {
    id: 'rangeForward',
    title: 'Forward to the range after',
    group: 'Time',
    keys: ['Alt+ArrowRight'],
    everywhere: true,
    enabled: (viewer) => view(viewer).forward.length > 0,
    run: (viewer) => view(viewer).goForward(),
  },
  { id: 'mark', title: 'Mark this moment', group: 'Time', keys: ['M'], run: markMoment },
  {
    id: 'clearMarks',
    title: 'Remove all marks',
    group: 'Time',
    keys: [],
    enabled: (viewer) => view(viewer).marks.length > 0,
    run: (viewer) => view(viewer).set({ marks: [] }),
  },
  timeKind('timeSeconds', 'Times as seconds since the start', 'seconds'),
  timeKind('timeLocal', 'Times of day where it was recorded', 'local'),
  timeKind('timeUtc', 'Times of day in UTC', 'utc'),
  {
    id: 'moreDigits',
    title: 'More digits of times',
    group: 'Time',
    keys: [],
    enabled: (viewer) => viewer.preferences.getState().digits < MOST_DIGITS,
    run: (viewer) => changeDigits(viewer, 1),
  },
  {
    id: 'fewerDigits',
    title: 'Fewer digits of times',
    group: 'Time',
    keys: [],
    enabled: (viewer) => viewer.preferences.getState().digits > 0,
    run: (viewer) => changeDigits(viewer, -1),
  },
];

function timeKind(id: string, title: string, kind: TimeKind): Command {
  return {
    id,
    title,
    group: 'Time',
    keys: [],
    enabled: always,
    checked: (viewer) => viewer.preferences.getState().timeKind === kind,
    run: (viewer) => viewer.preferences.getState().set({ timeKind: kind }),
  };
}

function changeDigits(viewer: Viewer, by: 1 | -1): void {
  const { digits, set } = viewer.preferences.getState();
  set({ digits: Math.min(MOST_DIGITS, Math.max(0, digits + by)) });
}

/** Where the mouse is, else the event that the keyboard is on, else the middle of what is shown. */
function markMoment(viewer: Viewer): void {
  const { event, details } = viewer.selection.getState();
  const eventNs = event === null ? undefined : details?.events[event]?.ns;
  view(viewer).addMark(view(viewer).cursorNs ?? eventNs ?? middle(viewer));
}
