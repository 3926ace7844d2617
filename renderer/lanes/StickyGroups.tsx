import { LaneCounts } from './LaneCounts.tsx';
import { groupPath, loadedRow, type LaneData } from './laneData.ts';
import { GroupName } from './LaneGutter.tsx';

/** The headers of the lanes at the top edge, while their own rows are scrolled out above it. */
export function StickyGroups({ data, topRow }: { data: LaneData; topRow: number }) {
  const row = loadedRow(data, topRow);
  const next = loadedRow(data, topRow + 1);
  // Where the next group is about to reach the edge the sticky ones would hide it.
  if (row === undefined || row.kind === 'group' || next?.kind === 'group') return null;
  return (
    <div className="lanes-headers">
      {groupPath(data, topRow).map((group) => (
        <div key={group.key} className={`lane-label lane-depth-${group.depth}`}>
          <span className="lane-toggle" style={{ paddingLeft: 8 + group.depth * 14 }}>
            {/* Its lanes are what is seen; the answer that its row is from may be of before it was opened. */}
            <GroupName row={{ ...group, open: true }} by={data.grouping[group.depth]} slot={data.slotOfGroup(group)} />
          </span>
          <LaneCounts row={group} />
        </div>
      ))}
    </div>
  );
}
