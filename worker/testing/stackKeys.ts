/** A stack as a reference to a key, waiting for its key. Times are ticks since the first event. */
export interface KeyReference {
  recordTicks: number;
  frames: readonly bigint[];
}

interface LiveKey {
  key: bigint;
  frames: readonly bigint[];
  lastTicks: number;
}

/** Steps of keys: real ones are pool addresses. */
const KEY_BASE = 0xffffb68c4d3a0000n;
const KEY_STEP = 0x140n;

/**
 * Gives out stack keys the way the kernel's cache does: the same stack has the same key for as long as it stays in the cache; when the cache
 * is full the one longest unused is defined (KeyDelete) and its key serves another stack. References must come in the order of their records.
 */
export class StackKeys {
  /** most keys alive at once */
  private readonly capacity: number;
  /** by frames; in order of last use, oldest first */
  private readonly live = new Map<string, LiveKey>();
  private readonly texts = new WeakMap<readonly bigint[], string>();
  private given = 0n;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The key of a reference, and the key that had to go for it (its delete belongs one tick before the reference's record). */
  keyOf(reference: KeyReference): { key: bigint; deleted: { key: bigint; frames: readonly bigint[] } | null } {
    const text = this.textOf(reference.frames);
    const known = this.live.get(text);
    if (known !== undefined) {
      known.lastTicks = reference.recordTicks;
      this.live.delete(text);
      this.live.set(text, known);
      return { key: known.key, deleted: null };
    }
    let key: bigint | null = null;
    let deleted: { key: bigint; frames: readonly bigint[] } | null = null;
    if (this.live.size >= this.capacity) {
      for (const [oldText, old] of this.live) {
        // A reference means the first definition at or after its record: the old key must not be deleted before its last reference,
        // nor in the same tick as the new one.
        if (old.lastTicks < reference.recordTicks) {
          this.live.delete(oldText);
          key = old.key;
          deleted = { key, frames: old.frames };
          break;
        }
      }
    }
    key ??= KEY_BASE + KEY_STEP * this.given++;
    this.live.set(text, { key, frames: reference.frames, lastTicks: reference.recordTicks });
    return { key, deleted };
  }

  /** What a KeyRundown at the end of the trace defines. */
  remaining(): { key: bigint; frames: readonly bigint[] }[] {
    return [...this.live.values()].map(({ key, frames }) => ({ key, frames }));
  }

  private textOf(frames: readonly bigint[]): string {
    let text = this.texts.get(frames);
    if (text === undefined) {
      text = frames.join();
      this.texts.set(frames, text);
    }
    return text;
  }
}
