// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Separator } from './Separator.tsx';

afterEach(cleanup);

describe('Separator', () => {
  it('moves with the arrow keys in its direction and stops at its limits', () => {
    const values: number[] = [];
    render(
      <Separator
        label="Width"
        orientation="vertical"
        value={250}
        min={240}
        max={600}
        direction={-1}
        onChange={(v) => values.push(v)}
      />,
    );
    const line = screen.getByRole('separator');
    fireEvent.keyDown(line, { key: 'ArrowLeft' });
    fireEvent.keyDown(line, { key: 'ArrowRight' });
    fireEvent.keyDown(line, { key: 'ArrowUp' });
    fireEvent.keyDown(line, { key: 'End' });
    expect(values).toEqual([266, 240, 600]);
  });
});
