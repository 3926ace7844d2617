/** `node build/run-ts.js build/make-sample-symbols.ts`: writes samples/symbols/*.pdb again, with clang and lld-link. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStub, symbolFiles } from '../samples/stubs/build.ts';

const folder = fileURLToPath(new URL('../samples/symbols', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, module] of symbolFiles()) {
  const pdb = buildStub(module);
  writeFileSync(join(folder, name), pdb);
  console.log(`${join(folder, name)}: ${pdb.length} bytes`);
}
