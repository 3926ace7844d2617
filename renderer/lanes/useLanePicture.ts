import { useEffect, useRef } from 'react';
import { formatQuery } from '../../shared/queryText.ts';
import { displayName } from '../displayName.ts';
import { formatCount } from '../format.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { traceName } from '../state/viewer.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { lanePalette } from '../theme/palette.ts';
import { effectiveTheme } from '../theme/themeStore.ts';
import { provideLanePicture } from './exportPicture.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { legendEntries } from './legendEntries.ts';
import type { LanePicture } from './paintPicture.ts';
import type { Scene } from './scene.ts';
import { timeTicks } from './timeTicks.ts';
import { useTickLabels } from './useTickLabels.ts';

const LEGEND_IN_PICTURE = 20;

/** Offers the lanes as a picture. It is made when it is asked for, of what is shown then. */
export function useLanePicture(scene: () => Scene, gutterWidth: number): void {
  const viewer = useViewer();
  const time = useTimeFormat();
  const tickLabels = useTickLabels();
  const summary = useViewerState('session', (s) => s.summary);

  const picture = (): LanePicture | null => {
    const shown = scene();
    const { data } = shown;
    if (data === null || summary === null) return null;
    const { matched, total, totalRows } = data.response;
    const filters = formatQuery(viewer.filter.getState().filter);
    return {
      scene: {
        ...shown,
        palette: lanePalette(effectiveTheme(viewer.theme.getState())),
        height: Math.max(ROW_HEIGHT, Math.min(shown.height, totalRows * ROW_HEIGHT - shown.scrollTop)),
        strips: null,
        hoverBar: -1,
        cursorRow: -1,
        cursorBar: -1,
        cursorX: -1,
      },
      gutterWidth,
      ticks: timeTicks(shown.screen, tickLabels),
      marks: viewer.view.getState().marks,
      title: displayName(traceName(summary)),
      subtitle: [
        `${time.full(shown.screen.fromNs)} – ${time.full(shown.screen.toNs)}`,
        `${formatCount(matched)} of ${formatCount(total)} objects`,
        ...(filters === '' ? [] : [displayName(filters)]),
      ].join('  ·  '),
      legend: legendEntries(data, LEGEND_IN_PICTURE),
    };
  };
  const latest = useRef(picture);
  useEffect(() => {
    latest.current = picture;
  });
  useEffect(() => {
    provideLanePicture(viewer, () => latest.current());
    return () => provideLanePicture(viewer, undefined);
  }, [viewer]);
}
