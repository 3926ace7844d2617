import type { Browser, Page } from '@playwright/test';
import type { Row } from '../results.ts';
import { record } from './recording.ts';

/** The part of the page where bars are drawn, px. */
export interface Plot {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How a viewer wants its wheel turned for the same movement. */
export interface Wheel {
  /** Sideways by so many units, right if positive. */
  pan: (page: Page, units: number) => Promise<void>;
  /** Units of Ctrl+wheel that change the shown time by a seventh. */
  zoomUnits: number;
}

export interface Viewer {
  /** Begins the names of the rows. */
  name: string;
  page: Page;
  plot: Plot;
  wheel: Wheel;
}

/** Every input waits until the page took it: no more than one a frame. */
const STROKES = 6;
const MOVES_OF_A_STROKE = 40;
const TURNS = 120;
const SCROLL_UNITS = 400;
const PAN_UNITS = 60;
/** From ten minutes to microseconds, and as far back. */
const ZOOM_TURNS = 130;
/** To a sixteenth of the trace, where a pan has somewhere to go. */
const CLOSER_TURNS = 19;
/** A viewer that is so slow that a movement in one direction takes longer has shown enough. */
const MOST_MS = 25_000;

/** Zooms, scrolls, drags and pans, each some hundred frames; begins and ends with the whole trace in view. */
export async function measureGestures(browser: Browser, viewer: Viewer): Promise<Row[]> {
  const rows: Row[] = [];
  const measure = async (gesture: string, run: (viewer: Viewer) => Promise<number>) => {
    let inputs = 0;
    const row = await record(`${viewer.name}: ${gesture}`, browser, viewer.page, async () => {
      inputs = await run(viewer);
    });
    rows.push({ ...row, inputs });
  };
  await measure('zoom', zoomInAndOut);
  await measure('scroll', scrollDownAndUp);
  await zoom(viewer, CLOSER_TURNS, -1);
  await measure('drag', dragBackAndForth);
  await measure('wheel pan', panBackAndForth);
  await zoom(viewer, CLOSER_TURNS * 2, 1);
  return rows;
}

async function zoomInAndOut(viewer: Viewer): Promise<number> {
  const closer = await zoom(viewer, ZOOM_TURNS, -1);
  return closer + (await zoom(viewer, ZOOM_TURNS + CLOSER_TURNS, 1));
}

async function zoom(viewer: Viewer, turns: number, direction: 1 | -1): Promise<number> {
  const { page, wheel } = viewer;
  await pointAtPlot(viewer);
  await page.keyboard.down('Control');
  const turned = await repeat(turns, () => page.mouse.wheel(0, direction * wheel.zoomUnits));
  await page.keyboard.up('Control');
  return turned;
}

async function scrollDownAndUp(viewer: Viewer): Promise<number> {
  await pointAtPlot(viewer);
  let turned = 0;
  for (const direction of [1, -1]) {
    turned += await repeat(TURNS, () => viewer.page.mouse.wheel(0, direction * SCROLL_UNITS));
  }
  return turned;
}

async function dragBackAndForth({ page, plot }: Viewer): Promise<number> {
  const y = plot.y + plot.height / 2;
  let stroke = 0;
  const strokes = await repeat(STROKES, async () => {
    const [from, to] = stroke++ % 2 === 0 ? [0.9, 0.1] : [0.1, 0.9];
    await page.mouse.move(plot.x + plot.width * from, y);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * to, y, { steps: MOVES_OF_A_STROKE });
    await page.mouse.up();
  });
  return strokes * MOVES_OF_A_STROKE;
}

async function panBackAndForth(viewer: Viewer): Promise<number> {
  await pointAtPlot(viewer);
  let turned = 0;
  for (const direction of [1, -1]) {
    turned += await repeat(TURNS, () => viewer.wheel.pan(viewer.page, direction * PAN_UNITS));
  }
  return turned;
}

async function pointAtPlot({ page, plot }: Viewer): Promise<void> {
  await page.mouse.move(plot.x + plot.width / 3, plot.y + plot.height / 2);
}

/** Returns how often it was done before the time was over. */
async function repeat(times: number, run: () => Promise<void>): Promise<number> {
  const until = performance.now() + MOST_MS;
  let done = 0;
  for (; done < times && performance.now() < until; done++) await run();
  return done;
}
