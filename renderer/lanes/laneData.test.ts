import { describe, expect, it } from 'vitest';
import { groupRow, laneResponse, laneRow } from '../testing/laneFixture.ts';
import { groupPath, laneData, missingGroup, rowStarts } from './laneData.ts';

const REQUEST = { fromNs: 0, toNs: 1, width: 1 };

describe('rowStarts', () => {
  it('finds each row in a sorted column, empty rows included', () => {
    expect([...rowStarts(Int32Array.of(5, 5, 7, 8), 4, 5)]).toEqual([0, 0, 2, 2, 3, 4]);
  });
});

describe('groupPath', () => {
  const head = laneData(laneResponse([groupRow(0, 'p:1', 'a.exe(1)'), groupRow(1, 'p:1/t:2', 'File')], []), REQUEST);

  it('names the headers of a lane that were seen in an earlier answer', () => {
    const later = laneData(
      laneResponse([laneRow('p:1/t:2')], [], { firstRow: 500, totalRows: 900 }),
      REQUEST,
      head.groups,
    );
    expect(groupPath(later, 500).map((group) => group.label)).toEqual(['a.exe(1)', 'File']);
    expect(missingGroup(later)).toBeNull();
  });

  it('says which header is not known', () => {
    const later = laneData(
      laneResponse([laneRow('p:9/t:2')], [], { firstRow: 500, totalRows: 900 }),
      REQUEST,
      head.groups,
    );
    expect(groupPath(later, 500)).toEqual([]);
    expect(missingGroup(later)).toBe('p:9/t:2');
  });

  it('is empty where lanes are in no group: there is no header to ask for', () => {
    const flat = laneData(laneResponse([laneRow('')], [], { firstRow: 0, totalRows: 900 }), {
      ...REQUEST,
      grouping: [],
    });
    expect(groupPath(flat, 0)).toEqual([]);
    expect(missingGroup(flat)).toBeNull();
  });
});
