/** Small settings that outlive the window. Storage can be missing (private windows, custom protocols): then they just do not outlive it. */

const PREFIX = 'leaklanes.';

export function readSetting(name: string): unknown {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

export function writeSetting(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // not kept: nothing depends on it
  }
}
