import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lanePalette, OTHER_SLOT, slotsOfValues, typeColors, typeSlot } from './palette.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const [lightCss = '', darkCss = '', contrastCss = ''] = css.split(/:root\[data-theme='(?:dark|contrast)'\]/);
const tokens = (text: string) => new Map([...text.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2]]));
const THEMES = [
  { name: 'light', css: tokens(lightCss) },
  { name: 'dark', css: tokens(darkCss) },
  { name: 'contrast', css: tokens(contrastCss) },
] as const;

/** WCAG contrast of two #rrggbb colours. */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [r = 0, g = 0, bl = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each(THEMES)('$name theme', ({ name, css: variables }) => {
  it('has the same type colours on the canvas and on the page', () => {
    typeColors(name).forEach((color, slot) => expect(variables.get(`type-${slot}`)).toBe(color));
    expect(variables.get('surface')).toBe(lanePalette(name).background);
  });

  it('shows bars and leaks with at least 3:1', () => {
    const { background, leak, lostEdge, hitEdge, accent, selection } = lanePalette(name);
    for (const color of [...typeColors(name), leak, lostEdge, hitEdge, accent, selection])
      expect(contrast(color, background), color).toBeGreaterThanOrEqual(3);
  });

  it('writes text with at least 4.5:1 on every ground it stands on', () => {
    for (const ink of ['ink', 'ink-2', 'ink-3', 'leak', 'warning', 'error']) {
      for (const ground of ['panel', 'surface', 'raised', 'bg', 'hover']) {
        expect(contrast(variables.get(ink)!, variables.get(ground)!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(
          4.5,
        );
      }
    }
    for (const [ink, ground] of [
      ['accent-ink', 'accent'],
      ['leak', 'leak-soft'],
      ['warning', 'warning-soft'],
      ['ink', 'error-soft'],
      ['ink-2', 'accent-soft'],
    ]) {
      expect(contrast(variables.get(ink)!, variables.get(ground)!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('typeSlot', () => {
  it('never gives "other" to a type', () => {
    for (const type of ['Desktop', 'TpWorkerFactory', 'Job', 'Type 16', 'Partition']) {
      expect(typeSlot(type)).toBeLessThan(OTHER_SLOT);
    }
  });
});

describe('slotsOfValues', () => {
  it('gives every value its own colour as long as there are any, and the last one to the rest', () => {
    const values = Array.from({ length: 20 }, (_, index) => `program${index}.exe(${index})`);
    const slots = slotsOfValues(values);
    expect(new Set(slots.slice(0, OTHER_SLOT)).size).toBe(OTHER_SLOT);
    expect(new Set(slots.slice(OTHER_SLOT))).toEqual(new Set([OTHER_SLOT]));
  });

  it('keeps "other" apart', () => {
    expect(slotsOfValues(['a.exe(1)', 'other'])[1]).toBe(OTHER_SLOT);
    expect(slotsOfValues(['a.exe(1)', 'other'])[0]).toBeLessThan(OTHER_SLOT);
  });
});
