// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { groupRow, laneResponse, laneRow, laneScene } from '../testing/laneFixture.ts';
import { recordingContext } from '../testing/recordingContext.ts';
import { lanePalette } from '../theme/palette.ts';
import { lanesSvg } from './exportPicture.ts';
import { laneData } from './laneData.ts';
import { paintPicture, pictureSize, type LanePicture } from './paintPicture.ts';
import { timeTicks } from './timeTicks.ts';

const screen = { fromNs: 0, toNs: 1e9, width: 500 };
const rows = [
  groupRow(0, 'p:1', 'a\u202e<b>.exe(1)', { objects: 12, leaks: 3 }),
  groupRow(1, 'p:1/t:1', 'Event'),
  laneRow('p:1/t:1'),
];
const picture: LanePicture = {
  scene: laneScene({
    screen,
    height: 60,
    data: laneData(laneResponse(rows, [{ row: 2, x0: 10, x1: 60 }]), screen),
    rundowns: [{ fromNs: 9e8, toNs: 1e9 }],
    markNs: [2e8],
  }),
  gutterWidth: 300,
  ticks: timeTicks(screen),
  marks: [{ ns: 2e8, name: 'here' }],
  title: 'HandleLeak.etl',
  subtitle: '0 s – 1 s',
  legend: [{ slot: 0, label: 'Event' }],
};

it('has title, ruler, marks, labels with counts, lanes and legend inside of its size', () => {
  const ctx = recordingContext();
  paintPicture(ctx, picture);
  const { width, height } = pictureSize(picture);
  const texts = ctx.log.filter((entry) => entry.call === 'text');
  const words = texts.map((entry) => entry.text);
  expect(words).toEqual(
    expect.arrayContaining(['HandleLeak.etl', 'here', 'rundown', '0.4 s', 'Event', '12', '3', 'leak: never closed']),
  );
  expect(words).toContain('a⟨U+202E⟩<b>.exe(1)');
  for (const { at } of texts) {
    expect(at[0]).toBeLessThan(width);
    expect(at[1]).toBeLessThan(height);
  }
  expect(ctx.log.some((entry) => entry.style === lanePalette('light').types[0] && entry.at[3] === 12)).toBe(true);
});

it('is a valid SVG by the same painter', () => {
  const { text, leftOut } = lanesSvg(picture);
  const svg = new DOMParser().parseFromString(text, 'image/svg+xml');
  expect(svg.querySelector('parsererror')).toBeNull();
  expect(leftOut).toBe(0);
  expect([...svg.querySelectorAll('text')].map((element) => element.textContent)).toContain('a⟨U+202E⟩<b>.exe(1)');
  expect(svg.querySelector('pattern#leak-hatch')).not.toBeNull();
  expect(text).toContain('url(#leak-hatch)');
});
