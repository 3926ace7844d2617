// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { createSvgContext, escapeXml } from './svgContext.ts';

const parse = (text: string) => new DOMParser().parseFromString(text, 'image/svg+xml');

describe('SVG context', () => {
  it('makes one path of rectangles in one style', () => {
    const ctx = createSvgContext(100, 50, 'lanes');
    ctx.fillStyle = '#ff0000';
    ctx.fillRect(0, 0, 10, 5);
    ctx.fillRect(20, 0, 10, 5);
    ctx.globalAlpha = 0.5;
    ctx.fillRect(40, 0, 10, 5);
    const paths = [...parse(ctx.finish()).querySelectorAll('path')];
    expect(paths.map((path) => path.getAttribute('d'))).toEqual(['M0 0h10v5h-10ZM20 0h10v5h-10Z', 'M40 0h10v5h-10Z']);
    expect(paths[1].getAttribute('opacity')).toBe('0.5');
  });

  it('keeps the order of shapes', () => {
    const ctx = createSvgContext(100, 50, '');
    ctx.fillRect(0, 0, 1, 1);
    ctx.strokeRect(5, 5, 1, 1);
    ctx.fillRect(9, 9, 1, 1);
    const at = [...parse(ctx.finish()).querySelectorAll('path')].map((path) => path.getAttribute('d')!.slice(0, 4));
    expect(at).toEqual(['M0 0', 'M5 5', 'M9 9']);
  });

  it('escapes names, whatever is in them', () => {
    const ctx = createSvgContext(100, 50, '</title><script>');
    ctx.fillText('<b>"a" & \u0007\ud800</b>', 1, 2);
    const picture = parse(ctx.finish());
    expect(picture.querySelector('parsererror')).toBeNull();
    expect(picture.querySelector('script, b')).toBeNull();
    expect(picture.querySelector('text')?.textContent).toBe('<b>"a" & \ufffd\ufffd</b>');
    expect(picture.querySelector('title')?.textContent).toBe('</title><script>');
    expect(escapeXml('😀')).toBe('😀');
  });

  it('nests and ends clips and translations with save and restore', () => {
    const ctx = createSvgContext(100, 50, '');
    ctx.save();
    ctx.translate(5, 6);
    ctx.beginPath();
    ctx.rect(0, 0, 10, 10);
    ctx.clip();
    ctx.fillStyle = '#00ff00';
    ctx.fillRect(0, 0, 99, 99);
    ctx.restore();
    expect(ctx.fillStyle).toBe('#000000');
    ctx.fillRect(1, 1, 1, 1);
    const picture = parse(ctx.finish());
    expect(picture.querySelector('parsererror')).toBeNull();
    expect(picture.querySelector('g[transform="translate(5 6)"] > g[clip-path="url(#clip-0)"] > path')).not.toBeNull();
    expect(picture.querySelector('svg > path')?.getAttribute('d')).toBe('M1 1h1v1h-1Z');
  });

  it('counts what is beyond its number of shapes, and is still a picture', () => {
    const ctx = createSvgContext(100, 50, '', '', 3);
    for (let i = 0; i < 10; i++) ctx.fillRect(i, 0, 1, 1);
    expect(ctx.leftOut()).toBe(7);
    expect(parse(ctx.finish()).querySelector('path')?.getAttribute('d')?.match(/M/g)).toHaveLength(3);
  });
});
