/** The last few things that were made, so that they need not be made again. */
export class Recent<Key, Value> {
  private readonly limit: number;
  /** oldest first */
  private readonly values = new Map<Key, Value>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** What is remembered; it counts as the newest from now on. */
  get(key: Key): Value | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    this.values.delete(key);
    this.values.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size <= this.limit) return;
    const oldest = this.values.keys().next();
    if (!oldest.done) this.values.delete(oldest.value);
  }

  /** The very same thing while it is remembered. */
  getOrMake(key: Key, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.set(key, value);
    return value;
  }
}
