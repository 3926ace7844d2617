// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { FrameName } from './FrameName.tsx';
import { LongName } from './LongName.tsx';

afterEach(cleanup);

const textOf = (element: React.JSX.Element) => render(element).container.textContent;

it('has the function before the module; what is no frame stays as it is', () => {
  expect(textOf(<FrameName text="app.exe!Maker::Make+0x1A (stack 3)" />)).toBe('Maker::Make+0x1A (stack 3) app.exe');
  expect(textOf(<FrameName text="(no stack)" />)).toBe('(no stack)');
});

it('bounds what is shown, and keeps the end of a long name', () => {
  const text = `C:\\${'x'.repeat(32_000)}\\EventLeak.cpp`;
  const shown = textOf(<LongName text={text} most={200} />);
  expect(shown).toMatch(/\\EventLeak\.cpp$/);
  expect(shown.length).toBeLessThan(300);
  expect(textOf(<FrameName text={`${text}!${text}`} most={200} />).length).toBeLessThan(500);
});
