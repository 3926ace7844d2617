import { memo } from 'react';
import type { LaneGrouping, LaneRow } from '../../shared/lanes.ts';
import { TriangleIcon } from '../app/icons.tsx';
import { Name } from '../app/Name.tsx';
import { FrameName } from '../filters/FrameName.tsx';
import { LongName } from '../filters/LongName.tsx';
import { describeGroup } from './describe.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { LaneCounts } from './LaneCounts.tsx';
import type { LaneData } from './laneData.ts';
import { PinIcon } from './laneIcons.tsx';
import { useGroupDrag } from './useGroupDrag.ts';

interface LaneGutterProps {
  data: LaneData;
  cursorRow: number;
  pinned: readonly string[];
  onToggle: (row: number) => void;
  onPin: (key: string) => void;
  /** An outermost group was dropped on another one's place. */
  onMove: (key: string, ontoKey: string) => void;
}

const INDENT = 14;
const NAME_LENGTH = 200;

/**
 * The labels and counts left of the plot, one absolutely placed element a row. For the mouse: the grid says and does the same for
 * the keyboard and screen readers.
 */
export const LaneGutter = memo(function LaneGutter(props: LaneGutterProps) {
  const { data, cursorRow } = props;
  const { firstRow, rows } = data.response;
  const drag = useGroupDrag(props.onMove);
  return rows.map((row, index) => {
    const number = firstRow + index;
    const className = [
      'lane-label',
      `lane-depth-${row.depth}`,
      row.kind === 'lane' ? 'is-lane' : '',
      number === cursorRow ? 'is-cursor' : '',
      row.hit === true ? 'is-hit' : '',
      drag.key === row.key ? 'is-dragged' : '',
      drag.key !== null && drag.ontoKey === row.key && row.depth === 0 ? 'is-drop' : '',
    ].join(' ');
    const style = { top: number * ROW_HEIGHT };
    if (row.kind === 'lane') {
      return (
        <div key={number} className={className} style={{ ...style, paddingLeft: 8 + row.depth * INDENT }}>
          {row.label !== '' && (
            <span className="lane-name">
              <Name text={row.label} most={NAME_LENGTH} />
            </span>
          )}
        </div>
      );
    }
    return (
      <div
        key={number}
        className={className}
        style={style}
        title={describeGroup(row, data.grouping)}
        data-testid="lane-group"
        data-key={row.key}
        data-depth={row.depth}
        {...(row.depth === 0 ? drag.handlers(row.key) : {})}
      >
        <button
          type="button"
          className="lane-toggle"
          style={{ paddingLeft: 8 + row.depth * INDENT }}
          tabIndex={-1}
          aria-expanded={row.open}
          onClick={() => {
            if (!drag.justDropped()) props.onToggle(number);
          }}
        >
          <GroupName row={row} by={data.grouping[row.depth]} slot={data.groupSlots[index]} />
        </button>
        {row.depth === 0 && <PinButton row={row} pinned={props.pinned.includes(row.key)} onPin={props.onPin} />}
        <LaneCounts row={row} />
      </div>
    );
  });
});

/** Triangle, colour and name of a group. */
export function GroupName({ row, by, slot }: { row: LaneRow; by: LaneGrouping; slot: number }) {
  const Label = by === 'createStack' ? FrameName : LongName;
  return (
    <>
      <TriangleIcon open={row.open} />
      {slot >= 0 && <span className={`swatch type-${slot}`} />}
      <span className="lane-name">
        {row.label === '' ? '(no name)' : <Label text={row.label} most={NAME_LENGTH} />}
      </span>
    </>
  );
}

function PinButton({ row, pinned, onPin }: { row: LaneRow; pinned: boolean; onPin: (key: string) => void }) {
  return (
    <button
      type="button"
      className="lane-pin"
      tabIndex={-1}
      aria-pressed={pinned}
      title={pinned ? 'Let it go back to its place (Shift+Enter)' : 'Pin above the others (Shift+Enter); drag to move'}
      data-testid="lane-pin"
      onClick={() => onPin(row.key)}
    >
      <PinIcon />
    </button>
  );
}
