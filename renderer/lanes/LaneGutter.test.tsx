// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { groupRow, laneResponse, laneRow } from '../testing/laneFixture.ts';
import { laneData } from './laneData.ts';
import { StickyGroups } from './StickyGroups.tsx';

afterEach(cleanup);

it('repeats the counts of the groups above in the sticky headers', () => {
  const rows = [
    groupRow(0, 'p:1', 'a.exe(1)', { objects: 571, leaks: 324 }),
    groupRow(1, 'p:1/t:2', 'Thread', { objects: 388, leaks: 320, leaksAtExit: 3, openHandles: 388 }),
    laneRow('p:1/t:2'),
    laneRow('p:1/t:2'),
  ];
  const request = { filter: {}, fromNs: 0, toNs: 100, width: 100, firstRow: 0, rowCount: 4, openGroups: [] };
  const { container } = render(<StickyGroups data={laneData(laneResponse(rows, []), request, new Map())} topRow={2} />);
  const texts = [...container.querySelectorAll('.lane-label')].map((label) =>
    [label.querySelector('.lane-name'), ...label.querySelectorAll('.lane-count')].map((part) => part?.textContent),
  );
  expect(texts).toEqual([
    ['a.exe(1)', '571', '324', '·', '·'],
    ['Thread', '388', '320', '3', '388'],
  ]);
});

it('shows the headers above lanes as open, also where their own rows are known from before they were opened', () => {
  const header = (open: boolean) => {
    const known = new Map([['p:1', groupRow(0, 'p:1', 'a.exe(1)', { open })]]);
    const data = laneData(
      laneResponse([laneRow('p:1'), laneRow('p:1')], []),
      { fromNs: 0, toNs: 100, width: 100, grouping: ['process'] },
      known,
    );
    return render(<StickyGroups data={data} topRow={0} />).container.innerHTML;
  };
  expect(header(false)).toBe(header(true));
});
