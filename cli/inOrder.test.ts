import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from './inOrder.ts';

interface Scene {
  output: string;
  atOnce: number;
  settled: number[];
}

/** Runs works that write their texts with a pause after each. */
async function run(works: { texts: string[]; pause: number }[], lanes: number): Promise<Scene> {
  const scene: Scene = { output: '', atOnce: 0, settled: [] };
  let running = 0;
  await inOrder<number>({
    count: works.length,
    lanes: Array.from({ length: lanes }, () => async (index, write) => {
      scene.atOnce = Math.max(scene.atOnce, ++running);
      await wait(works[index].pause);
      for (const text of works[index].texts) {
        await write(text);
        await wait(works[index].pause);
      }
      running--;
      return index * 10;
    }),
    sink: async (text) => {
      await wait(0);
      scene.output += text;
    },
    settled: async (index, result) => {
      scene.output += `[${index}]`;
      scene.settled.push(result);
    },
  });
  return scene;
}

it.each([1, 2, 3, 8])('output comes in order, %d at a time', async (lanes) => {
  const works = [
    { texts: ['a1 ', 'a2 ', 'a3 '], pause: 20 },
    { texts: ['b1 ', 'b2 '], pause: 1 },
    { texts: [], pause: 1 },
    { texts: ['d1 '], pause: 30 },
    { texts: ['e1 ', 'e2 '], pause: 1 },
  ];
  const { output, atOnce, settled } = await run(works, lanes);
  expect(output).toBe('a1 a2 a3 [0]b1 b2 [1][2]d1 [3]e1 e2 [4]');
  expect(settled).toEqual([0, 10, 20, 30, 40]);
  expect(atOnce).toBe(Math.min(lanes, 5));
});

it('what waits long is kept whole, in a file', async () => {
  // two bytes a character, and a piece that ends between the bytes of one
  const long = Array.from({ length: 40 }, (_, at) => `${at}é`.repeat(20_001));
  const { output } = await run(
    [
      { texts: ['first', 'last'], pause: 300 },
      { texts: long, pause: 0 },
    ],
    2,
  );
  expect(output === `firstlast[0]${long.join('')}[1]`).toBe(true);
});

it('an output that fails ends it, and nothing new begins', async () => {
  const begun: number[] = [];
  await expect(
    inOrder<void>({
      count: 50,
      lanes: Array.from({ length: 2 }, () => async (index, write) => {
        begun.push(index);
        await wait(1);
        await write('x');
      }),
      sink: () => Promise.reject(new Error('disk full')),
      settled: () => Promise.resolve(),
    }),
  ).rejects.toThrow('disk full');
  expect(begun.length).toBeLessThan(5);
});
