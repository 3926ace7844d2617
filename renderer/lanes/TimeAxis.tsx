import { AxisTop } from '@visx/axis';
import { scaleLinear } from '@visx/scale';
import { useMemo } from 'react';
import type { TimeRange } from '../state/timeRange.ts';
import { useViewerState } from '../state/viewerContext.ts';
import { xOfTime, type TimeScale } from './geometry.ts';
import { timeTicks } from './timeTicks.ts';
import { useTickLabels } from './useTickLabels.ts';

export const AXIS_HEIGHT = 26;
/** Closer to an edge than this a label stands beside its tick, not in its middle: letters would be cut off. */
const EDGE = 26;
/** A stretch at least this wide has its name inside. */
const NAME_WIDTH = 66;
const NO_STRETCHES: readonly TimeRange[] = [];

/** The time axis above the lanes, with the names of the rundown stretches and of those where events were lost. */
export function TimeAxis({ width }: { width: number }) {
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const rundowns = useViewerState('session', (s) => s.summary?.rundowns ?? NO_STRETCHES);
  const lost = useViewerState('session', (s) => s.summary?.lostStretches ?? NO_STRETCHES);
  const labels = useTickLabels();
  const screen = useMemo(() => ({ fromNs, toNs, width }), [fromNs, toNs, width]);
  const ticks = useMemo(() => timeTicks(screen, labels), [screen, labels]);
  if (width < 1) return <svg height={AXIS_HEIGHT} aria-hidden="true" />;
  return (
    <svg className="time-axis" width={width} height={AXIS_HEIGHT} aria-hidden="true">
      {rundowns.map((stretch, index) => (
        <Stretch key={`r${index}`} screen={screen} stretch={stretch} kind="rundown" />
      ))}
      {lost.map((stretch, index) => (
        <Stretch key={`l${index}`} screen={screen} stretch={stretch} kind="lost" />
      ))}
      <AxisTop
        top={AXIS_HEIGHT}
        scale={scaleLinear<number>({ domain: [fromNs, toNs], range: [0, width] })}
        tickValues={ticks.ns}
        tickFormat={(value) => ticks.format(Number(value))}
        tickLength={5}
        axisClassName="axis"
        axisLineClassName="axis-line"
        tickClassName="axis-tick"
        tickComponent={({ x, y, formattedValue }) => (
          <text
            x={x}
            // The first letter clear of the gutter's line.
            dx={x < EDGE ? 3 : 0}
            y={y - 1}
            textAnchor={x < EDGE ? 'start' : x > width - EDGE ? 'end' : 'middle'}
            className="axis-label"
          >
            {formattedValue}
          </text>
        )}
      />
    </svg>
  );
}

const STRETCHES = {
  rundown: {
    name: 'rundown',
    title: 'Rundown: the trace lists what is open; its events there are not the programs’ doing',
  },
  lost: { name: 'events lost', title: 'Events were lost here: handles may have been opened or closed unseen' },
} as const;

function Stretch({ screen, stretch, kind }: { screen: TimeScale; stretch: TimeRange; kind: keyof typeof STRETCHES }) {
  const { width } = screen;
  const left = Math.max(0, xOfTime(screen, stretch.fromNs));
  const right = Math.min(width, xOfTime(screen, stretch.toNs));
  if (right < 0 || left > width) return null;
  const wide = right - left >= NAME_WIDTH;
  const { name, title } = STRETCHES[kind];
  return (
    <g data-testid={`stretch-${kind}`}>
      <title>{title}</title>
      <rect className={`${kind}-band`} x={left} y={0} width={Math.max(2, right - left)} height={AXIS_HEIGHT} />
      <text
        className={`${kind}-label`}
        x={wide ? (left + right) / 2 : left > width / 2 ? left - 4 : right + 4}
        y={9}
        textAnchor={wide ? 'middle' : left > width / 2 ? 'end' : 'start'}
      >
        {name}
      </text>
    </g>
  );
}
