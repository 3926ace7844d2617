import { describe, expect, it } from 'vitest';
import { fitWidths } from './fitWidths.ts';

const number = { width: 80, least: 80 };
const text = (width: number, least = 100) => ({ width, least });

describe('widths that fit', () => {
  it('take from text by what it can spare, never from numbers', () => {
    expect(fitWidths([text(200), text(400), number], 480)).toEqual([150, 250, 80]);
  });

  it('leave enough to read, and let the table scroll', () => {
    expect(fitWidths([text(200), text(300, 250), number], 90)).toEqual([100, 300, 80]);
  });

  it('take no more than the columns need that can be seen', () => {
    // The last does not fit whatever the text gives, the others with 40 px less.
    expect(fitWidths([text(200), number, number, number], 320)).toEqual([160, 80, 80, 80]);
    expect(fitWidths([text(200), number, number, number], 340)).toEqual([100, 80, 80, 80]);
    expect(fitWidths([text(200), number, number, number], 290)).toEqual([130, 80, 80, 80]);
  });

  it('share what is left by width, not without end', () => {
    expect(fitWidths([text(200), text(400), number], 740)).toEqual([220, 440, 80]);
    expect(fitWidths([text(200), number], 4000)).toEqual([400, 80]);
    expect(fitWidths([number], 4000)).toEqual([80]);
  });

  it('are as they were where they fit, and before anything is laid out', () => {
    expect(fitWidths([text(200), number], 280)).toEqual([200, 80]);
    expect(fitWidths([text(200), number], 0)).toEqual([200, 80]);
  });
});
