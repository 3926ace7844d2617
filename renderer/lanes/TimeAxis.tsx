import { AxisTop } from '@visx/axis';
import { useMemo } from 'react';
import { useViewerState } from '../state/viewerContext.ts';
import { xOfTime } from './geometry.ts';
import { secondsScale, timeTicks } from './timeTicks.ts';

export const AXIS_HEIGHT = 26;
/** Closer to an edge than this a label stands beside its tick, not in its middle: letters would be cut off. */
const EDGE = 26;

/** The time axis above the lanes, with the names of the rundown stretches. */
export function TimeAxis({ width }: { width: number }) {
  const fromNs = useViewerState('view', (s) => s.fromNs);
  const toNs = useViewerState('view', (s) => s.toNs);
  const rundowns = useViewerState('session', (s) => s.summary?.rundowns);
  const screen = useMemo(() => ({ fromNs, toNs, width }), [fromNs, toNs, width]);
  const ticks = useMemo(() => timeTicks(screen), [screen]);
  if (width < 1) return <svg height={AXIS_HEIGHT} aria-hidden="true" />;
  return (
    <svg className="time-axis" width={width} height={AXIS_HEIGHT} aria-hidden="true">
      {(rundowns ?? []).map((rundown, index) => {
        const left = Math.max(0, xOfTime(screen, rundown.fromNs));
        const right = Math.min(width, xOfTime(screen, rundown.toNs));
        if (right < 0 || left > width) return null;
        const wide = right - left >= 58;
        return (
          <g key={index}>
            <title>Rundown: the trace lists what is open; its events there are not the programs’ doing</title>
            <rect className="rundown-band" x={left} y={0} width={Math.max(2, right - left)} height={AXIS_HEIGHT} />
            <text
              className="rundown-label"
              x={wide ? (left + right) / 2 : left > width / 2 ? left - 4 : right + 4}
              y={9}
              textAnchor={wide ? 'middle' : left > width / 2 ? 'end' : 'start'}
            >
              rundown
            </text>
          </g>
        );
      })}
      <AxisTop
        top={AXIS_HEIGHT}
        scale={secondsScale(screen)}
        tickValues={ticks.seconds}
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
