/** Work on many things at a time whose output still comes one after the other, in bounded memory. */
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Write = (text: string) => Promise<void>;

export interface OrderedWork<Result> {
  count: number;
  /** one function a lane: each works on one thing at a time and may keep what it needs for the next */
  lanes: readonly ((index: number, write: Write) => Promise<Result>)[];
  sink: Write;
  /** called in order, each after the last text of its thing */
  settled(index: number, result: Result): Promise<void>;
}

/**
 * Runs `count` works in as many lanes. What a work writes before its turn waits aside; when its turn comes, that goes to the sink and all
 * else directly. A work that cannot be done says so in its result; what is thrown ends everything.
 */
export async function inOrder<Result>({ count, lanes, sink, settled }: OrderedWork<Result>): Promise<void> {
  let next = 0;
  let due = 0;
  let turn: Promise<void> = Promise.resolve();
  const turns: Promise<void>[] = [];

  async function start(index: number, lane: OrderedWork<Result>['lanes'][number]): Promise<void> {
    const spool = new Spool();
    const work = lane(index, async (text) => {
      if (index !== due) return spool.append(text);
      await spool.drain(sink);
      await sink(text);
    });
    const before = turn;
    turn = (async () => {
      try {
        const [result] = await Promise.all([work, before]);
        await spool.drain(sink);
        await settled(index, result);
        due = index + 1;
      } finally {
        await spool.remove();
      }
    })();
    turns.push(turn);
    // Heard at the end, with the others.
    turn.catch(() => undefined);
    await work;
  }

  const running = lanes.map(async (lane) => {
    try {
      while (next < count) await start(next++, lane);
    } finally {
      // Where one lane throws, the others begin nothing new.
      next = count;
    }
  });
  // All are waited for: where one throws, the others are not left behind unheard.
  const ends = await Promise.allSettled(running);
  ends.push(...(await Promise.allSettled(turns)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Text up to this length waits in memory, more in a file. */
const IN_MEMORY = 1 << 18;

/** Text that waits for its turn. */
class Spool {
  private text = '';
  private file: FileHandle | null = null;
  private folder = '';
  private length = 0;

  async append(text: string): Promise<void> {
    this.text += text;
    if (this.text.length < IN_MEMORY) return;
    if (this.file === null) {
      this.folder = await mkdtemp(join(tmpdir(), 'leaklanes-'));
      this.file = await open(join(this.folder, 'waiting.txt'), 'wx+');
      // Where the system lets it, the file has no name any more, so that not even a killed program leaves it behind.
      await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
    }
    const waiting = this.text;
    this.text = '';
    await this.file.appendFile(waiting);
    this.length += Buffer.byteLength(waiting);
  }

  /** Hands over what waits, and forgets it. */
  async drain(sink: Write): Promise<void> {
    if (this.file !== null && this.length > 0) {
      const stream = this.file.createReadStream({ start: 0, end: this.length - 1, encoding: 'utf8', autoClose: false });
      for await (const text of stream) await sink(text as string);
      this.length = 0;
    }
    const { text } = this;
    this.text = '';
    if (text !== '') await sink(text);
  }

  async remove(): Promise<void> {
    await this.file?.close();
    if (this.folder !== '') await rm(this.folder, { recursive: true, force: true });
  }
}
