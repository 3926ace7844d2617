import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tellHandleLeak } from './story/story.ts';

// npm run sample: writes samples/handle-leak.etl, the same bytes every time.
const file = fileURLToPath(new URL('handle-leak.etl', import.meta.url));
const trace = tellHandleLeak();
const bytes = trace.toBytes();
writeFileSync(file, bytes);
console.log(`${file}: ${bytes.length} bytes, ${trace.eventCount} events`);
