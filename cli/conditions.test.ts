import { describe, expect, it } from 'vitest';
import type { Filter } from '../shared/filter.ts';
import { selectObjects } from '../worker/query/select.ts';
import { traceFixture } from '../worker/query/testing/traceFixture.ts';
import { countMetric, isMet, parseCondition } from './conditions.ts';
import { narrowByCreator, type CreatorFilter } from './creatorFilter.ts';

const trace = traceFixture({
  processes: [
    { name: 'stays.exe', pid: 1, commandLine: 'stays.exe -k all' },
    { name: 'comes.exe', pid: 2, startNs: 1, commandLine: 'comes.exe' },
    { name: 'goes.exe', pid: 3, endNs: 90 },
    { name: 'short.exe', pid: 4, startNs: 2, endNs: 80 },
  ],
  objects: [
    { type: 'Thread', name: 'a,b', handles: [{ owner: 'stays.exe', value: 4, open: 10 }] },
    { type: 'Thread', handles: [{ owner: 'comes.exe', value: 4, open: 11, close: 12, end: 'lost' }] },
    { type: 'Event', handles: [{ owner: 'short.exe', value: 4, open: 13, close: 80, end: 'processExit' }] },
    { type: 'Event', handles: [{ owner: 'goes.exe', value: 4, dcStart: 14 }] },
    { map: { process: 'stays.exe', base: '0x10000', size: 4096, map: 15 } },
  ],
});

const count = (condition: string, filter: Filter = {}): number =>
  countMetric(selectObjects(trace, filter), parseCondition(condition));

describe('conditions', () => {
  it.each([
    ['leak>0', 2],
    ['leakAtExit>=1', 1],
    ['leak-at-exit>=1', 1],
    ['open>0', 2],
    ['objects>0', 4],
    ['handles>0', 4],
    ['lost>0', 1],
    ['mappings>0', 1],
    ['mapBytes>=4KB', 4096],
    ['open(type=Thread)>0', 1],
    ['handles(type=Thread, process=comes)>0', 1],
    ['objects(objectName="a,b")>0', 1],
    ['objects(min-max-id=2..3)>0', 2],
    ['leak(map=0)>0', 1],
    ['objects(leak)>0', 1],
    ['handles(process=comes.exe(2))>0', 1],
    ['handles(handle=0x8)>0', 0],
  ])('%s counts %d', (condition, expected) => {
    expect(count(condition)).toBe(expected);
  });

  it('the filters of the command line apply first', () => {
    expect(count('handles>0', { type: 'Thread' })).toBe(2);
    expect(count('handles(type=Event)>0', { type: 'Thread' })).toBe(0);
  });

  it.each([
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['=', [false, true, false]],
    ['==', [false, true, false]],
    ['!=', [true, false, true]],
  ])('%s', (operator, expected) => {
    const condition = parseCondition(`leak ${operator} 5`);
    expect([4, 5, 6].map((value) => isMet(condition, value))).toEqual(expected);
  });

  it.each([
    ['leek>0', /none of leak.*did you mean leak\?/],
    ['leak', /is no condition/],
    ['leak>', /is no condition/],
    ['leak>x', /no number/],
    ['leak>-1', /negative/],
    ['open(typ=Thread)>0', /no filter "typ"; did you mean type\?/],
    ['open(type)>0', /type needs a value/],
    ['open(object=0xZ)>0', /no hexadecimal number/],
  ])('%s is refused', (condition, sentence) => {
    expect(() => parseCondition(condition)).toThrow(sentence);
  });
});

describe('the creating process', () => {
  const ids = (filter: CreatorFilter): number[] =>
    [...narrowByCreator(selectObjects(trace, {}), filter).objects].map((object) => object + 1);

  it.each<[CreatorFilter, number[]]>([
    [{}, [1, 2, 3, 4, 5]],
    [{ newProcess: '0' }, [1, 5]],
    [{ newProcess: '1' }, [2, 3]],
    [{ newProcess: '-1' }, [3, 4]],
    [{ newProcess: '2' }, [2]],
    [{ newProcess: '-2' }, [4]],
    [{ commandLine: '-k' }, [1, 5]],
    [{ commandLine: 'comes.exe' }, [2]],
    [{ commandLine: '!STAYS' }, [2, 3, 4]],
    [{ commandLine: '-k', newProcess: '1' }, []],
  ])('%o', (filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });
});
