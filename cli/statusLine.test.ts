import { expect, it } from 'vitest';
import { createStatusLine } from './statusLine.ts';

function terminal(isTTY: boolean, columns: number) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns, write: (text: unknown) => written.push(String(text)) > 0 } };
}

it('writes over itself, never wider than the terminal, and goes before other lines', () => {
  const { written, stream } = terminal(true, 12);
  const status = createStatusLine(stream);
  status.clear();
  expect(written, 'nothing to clear').toEqual([]);
  status.show('ntdll.pdb: 1 of 30 MB');
  status.show('done');
  status.clear();
  status.clear();
  expect(written).toEqual(['\r\u001b[Kntdll.pdb: ', '\r\u001b[Kdone', '\r\u001b[K']);
});

it('is nothing where stderr is no terminal', () => {
  const { written, stream } = terminal(false, 80);
  const status = createStatusLine(stream);
  status.show('ntdll.pdb');
  status.clear();
  expect(written).toEqual([]);
});
