/**
 * A program that uses a cache as hard as it can, for tests with two of them: `writeMany.ts FOLDER MAXBYTES ROUNDS`. Fails where it reads
 * anything but what one of them wrote.
 */
import { createSymbolCache } from '../symbolCache.ts';
import { identityOf, symbolsOf } from './symbols.ts';

const [folder, maxBytes, rounds] = process.argv.slice(2);
const problems: string[] = [];
const cache = createSymbolCache({ folder, maxBytes: Number(maxBytes), onProblem: (text) => problems.push(text) });
for (let round = 0; round < Number(rounds); round++) {
  const number = round % 12;
  await cache.store(identityOf(number), symbolsOf(number, 200, { [process.pid + round]: `by${round}.cpp` }));
  const loaded = await cache.load(identityOf(number));
  const wanted = symbolsOf(number, 200).functions;
  if (loaded && Buffer.compare(loaded.functions.names, wanted.names) !== 0)
    problems.push(`round ${round}: wrong names`);
}
if (problems.length > 0) throw new Error(problems.join('\n'));
