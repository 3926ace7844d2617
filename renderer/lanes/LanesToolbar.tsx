import type { ReactNode } from 'react';
import { LANE_COLORS, LANE_GROUPINGS, type LaneColor, type LaneGrouping } from '../../shared/lanes.ts';
import { usePopover } from '../app/usePopover.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { DEFAULT_GROUPING } from '../state/viewStore.ts';
import { COLOR_WORDS, GROUPING_WORDS } from './describe.ts';
import { copyLanesPng, saveLanesPng, saveLanesSvg } from './exportPicture.ts';
import { LevelsIcon, PictureIcon } from './laneIcons.tsx';
import { RangeTrail } from './RangeTrail.tsx';
import { UpperSwitch } from './UpperSwitch.tsx';

const PRESETS: readonly (readonly LaneGrouping[])[] = [DEFAULT_GROUPING, ...LANE_GROUPINGS.map((by) => [by]), []];
const CUSTOM = 'custom';
const MOST_LEVELS = 3;

/** How the lanes are grouped, packed and coloured, the way back in time, and what can be made of the picture. */
export function LanesToolbar() {
  const viewer = useViewer();
  const packing = useViewerState('view', (s) => s.packing);
  const colorBy = useViewerState('view', (s) => s.colorBy);
  return (
    <div className="lanes-toolbar" role="group" aria-label="How the lanes are shown">
      <UpperSwitch />
      <GroupingChoice />
      <label className="toolbar-choice" title="What the colour of a bar says">
        <span>Colour</span>
        <select
          value={colorBy}
          data-testid="color-by"
          onChange={(event) => viewer.view.getState().set({ colorBy: event.target.value as LaneColor })}
        >
          {LANE_COLORS.map((by) => (
            <option key={by} value={by}>
              {COLOR_WORDS[by]}
            </option>
          ))}
        </select>
      </label>
      <label className="toolbar-choice" title="Lifetimes that do not overlap share a lane, or one lane an object (P)">
        <span>Lanes</span>
        <select
          value={packing}
          data-testid="packing"
          onChange={(event) => viewer.view.getState().set({ packing: event.target.value as typeof packing })}
        >
          <option value="packed">shared</option>
          <option value="single">one an object</option>
        </select>
      </label>
      <RangeTrail />
      <PictureMenu />
    </div>
  );
}

function GroupingChoice() {
  const viewer = useViewer();
  const grouping = useViewerState('view', (s) => s.grouping);
  const preset = PRESETS.some((levels) => levels.join() === grouping.join());
  return (
    <>
      <label className="toolbar-choice" title="What the lanes are grouped by">
        <span>Group by</span>
        <select
          value={preset ? grouping.join() : CUSTOM}
          data-testid="group-by"
          onChange={({ target }) => {
            const levels = PRESETS.find((each) => each.join() === target.value);
            if (levels !== undefined) viewer.view.getState().setGrouping(levels);
          }}
        >
          {PRESETS.map((levels) => (
            <option key={levels.join()} value={levels.join()}>
              {groupingWords(levels)}
            </option>
          ))}
          {!preset && <option value={CUSTOM}>{groupingWords(grouping)}</option>}
        </select>
      </label>
      <Menu label="Levels of groups" icon={<LevelsIcon />} testId="group-levels">
        {() => <Levels />}
      </Menu>
    </>
  );
}

function groupingWords(levels: readonly LaneGrouping[]): string {
  return levels.length === 0 ? 'nothing (flat)' : levels.map((by) => GROUPING_WORDS[by]).join(' ▸ ');
}

/** The levels one by one, in any order. */
function Levels() {
  const viewer = useViewer();
  const grouping = useViewerState('view', (s) => s.grouping);
  const shown = Math.min(MOST_LEVELS, grouping.length + 1);
  return Array.from({ length: shown }, (_, level) => (
    <label key={level} className="toolbar-choice">
      <span>Level {level + 1}</span>
      <select
        value={grouping[level] ?? ''}
        data-testid={`level-${level + 1}`}
        onChange={({ target }) => viewer.view.getState().setGrouping(withLevel(grouping, level, target.value))}
      >
        <option value="">none</option>
        {LANE_GROUPINGS.map((by) => (
          <option key={by} value={by}>
            {GROUPING_WORDS[by]}
          </option>
        ))}
      </select>
    </label>
  ));
}

/** A value stands on one level only: the one that is set last. '' takes the level away. */
export function withLevel(grouping: readonly LaneGrouping[], level: number, value: string): LaneGrouping[] {
  const by = LANE_GROUPINGS.find((each) => each === value);
  const levels = grouping.map((each, index): LaneGrouping | null => (index === level || each === by ? null : each));
  if (by !== undefined) levels[level] = by;
  return levels.filter((each) => each !== null);
}

function PictureMenu() {
  const viewer = useViewer();
  return (
    <Menu label="Picture of the lanes" icon={<PictureIcon />} testId="picture-menu">
      {(close) =>
        (
          [
            ['Save as PNG', saveLanesPng],
            ['Save as SVG', saveLanesSvg],
            ['Copy as a picture', copyLanesPng],
          ] as const
        ).map(([title, run]) => (
          <button
            key={title}
            type="button"
            className="button is-quiet"
            onClick={() => {
              void run(viewer);
              close();
            }}
          >
            {title}
          </button>
        ))
      }
    </Menu>
  );
}

interface MenuProps {
  label: string;
  icon: ReactNode;
  testId: string;
  children: (close: () => void) => ReactNode;
}

/** A button with a popover. */
function Menu({ label, icon, testId, children }: MenuProps) {
  const { open, root, button, toggle, close, onKeyDown } = usePopover();
  return (
    <div ref={root} className="toolbar-menu" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={label}
        aria-expanded={open}
        aria-haspopup="dialog"
        title={label}
        data-testid={testId}
        onClick={toggle}
      >
        {icon}
      </button>
      {open && (
        <div className="popover toolbar-popover" role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
