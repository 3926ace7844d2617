import { useMemo, type ReactNode } from 'react';
import { Name } from '../app/Name.tsx';
import type { LaneData } from './laneData.ts';
import { legendEntries } from './legendEntries.ts';

const COLORS_SHOWN = 7;
const NAME_LENGTH = 40;

/** What shapes and colours mean, under the lanes. Shapes first: they carry the meaning. */
export function Legend({ data }: { data: LaneData | null }) {
  const colors = useMemo(() => (data === null ? [] : legendEntries(data, COLORS_SHOWN)), [data]);
  return (
    <div className="legend" role="note" aria-label="Legend" data-testid="legend">
      <LegendItem label="leak: never closed">
        <svg width="26" height="12">
          <rect x="0" y="1" width="26" height="10" className="legend-bar" />
          <path d="M0 11 L8 1 M6 11 L14 1 M12 11 L20 1 M18 11 L26 1" className="legend-hatch" />
          <path d="M0 1 H26 M0 11 H26" className="legend-leak-line" />
        </svg>
      </LegendItem>
      <LegendItem label="leaked until exit">
        <svg width="26" height="12">
          <rect x="0" y="1" width="22" height="10" className="legend-bar" />
          <path d="M17 6 L21.5 0 L26 6 L21.5 12 Z" className="legend-marker" />
        </svg>
      </LegendItem>
      <LegendItem label="born before trace">
        <svg width="26" height="12">
          <rect x="0" y="1" width="4" height="10" className="legend-bar" opacity="0.2" />
          <rect x="4" y="1" width="4" height="10" className="legend-bar" opacity="0.45" />
          <rect x="8" y="1" width="4" height="10" className="legend-bar" opacity="0.7" />
          <rect x="12" y="1" width="14" height="10" className="legend-bar" />
        </svg>
      </LegendItem>
      <LegendItem label="several in a pixel">
        <svg width="14" height="12">
          <rect x="0" y="1" width="14" height="3.5" className="legend-bar" />
          <rect x="0" y="7.5" width="14" height="3.5" className="legend-bar" />
        </svg>
      </LegendItem>
      <LegendItem label="open / duplicate / close">
        <svg width="22" height="14">
          <rect x="0" y="3" width="22" height="8" className="legend-bar" opacity="0.45" />
          <path d="M4 0 V5 M11 1 V13 M18 9 V14" className="legend-tick" />
        </svg>
      </LegendItem>
      <span className="legend-gap" />
      {colors.map(({ slot, label }) => (
        <span key={label} className="legend-item">
          <span className={`swatch type-${slot}`} />
          <Name text={label} most={NAME_LENGTH} />
        </span>
      ))}
    </div>
  );
}

function LegendItem({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span className="legend-item">
      {children}
      {label}
    </span>
  );
}
