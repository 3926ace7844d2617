import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const DAY_MS = 24 * 3600 * 1000;
/** A longer list is not ours. */
const MAX_CHARS = 16 << 20;

/**
 * What symbol servers said they do not have, so that they are not asked for it again for a day: one line "time server/name/build" for each,
 * appended, so that two programs can write. A list that cannot be read or written is empty: the server is asked again.
 */
export class MissingList {
  private readonly file: string;
  private readonly forMs: number;
  private known: Promise<Map<string, number>> | null = null;

  constructor(file: string, forMs: number = DAY_MS) {
    this.file = file;
    this.forMs = forMs;
  }

  async has(server: string, name: string, key: string): Promise<boolean> {
    const time = (await this.load()).get(lineKey(server, name, key));
    return time !== undefined && this.isFresh(time);
  }

  async add(server: string, name: string, key: string): Promise<void> {
    const line = lineKey(server, name, key);
    (await this.load()).set(line, Date.now());
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      await appendFile(this.file, `${Date.now()} ${line}\n`);
    } catch {
      // Known in this process at least.
    }
  }

  /** Forgets all: what was missing may have been published since. */
  async clear(): Promise<void> {
    this.known = Promise.resolve(new Map());
    await rm(this.file, { force: true }).catch(() => {});
  }

  private isFresh(time: number): boolean {
    const age = Date.now() - time;
    return age >= 0 && age < this.forMs;
  }

  private load(): Promise<Map<string, number>> {
    this.known ??= this.read();
    return this.known;
  }

  private async read(): Promise<Map<string, number>> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    const known = new Map<string, number>();
    if (text.length > MAX_CHARS) {
      await rm(this.file, { force: true }).catch(() => {});
      return known;
    }
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      const space = line.indexOf(' ');
      const time = Number(line.slice(0, space));
      if (space > 0 && this.isFresh(time)) known.set(line.slice(space + 1), time);
    }
    if (known.size < lines.length / 2) await this.rewrite(known);
    return known;
  }

  /** Without what is too old. A line that another program adds meanwhile is lost: its server is asked once more. */
  private async rewrite(known: Map<string, number>): Promise<void> {
    const half = `${this.file}.${process.pid}.tmp`;
    try {
      await writeFile(half, [...known].map(([line, time]) => `${time} ${line}\n`).join(''));
      await rename(half, this.file);
    } catch {
      await rm(half, { force: true }).catch(() => {});
    }
  }
}

/** The server as a hash: an address may have a secret in it. */
function lineKey(server: string, name: string, key: string): string {
  const hash = createHash('sha256').update(server).digest('hex').slice(0, 32);
  return `${hash}/${encodeURIComponent(name.toLowerCase())}/${key}`;
}
