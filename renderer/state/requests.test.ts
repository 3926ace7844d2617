import { describe, expect, it } from 'vitest';
import { createRequests } from './requests.ts';

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((ok, fail) => {
    resolve = ok;
    reject = fail;
  });
  return { promise, resolve, reject };
}

describe('requests', () => {
  it('gives only the newest of a kind its answer, whatever comes first', async () => {
    const requests = createRequests();
    const [a, b] = [deferred<string>(), deferred<string>()];
    const signals: AbortSignal[] = [];
    const first = requests.latest('facets', (signal) => (signals.push(signal), a.promise));
    const second = requests.latest('facets', () => b.promise);
    b.resolve('new');
    a.resolve('old');
    expect(signals[0]?.aborted).toBe(true);
    expect(await first).toBeNull();
    expect(await second).toBe('new');
  });

  it('lets kinds live side by side', async () => {
    const requests = createRequests();
    const a = requests.latest('a', () => Promise.resolve(1));
    const b = requests.latest('b', () => Promise.resolve(2));
    expect(await Promise.all([a, b])).toEqual([1, 2]);
  });

  it('swallows the errors of what is superseded, not of what counts', async () => {
    const requests = createRequests();
    const a = deferred<string>();
    const first = requests.latest('x', () => a.promise);
    requests.abort('x');
    a.reject(new Error('aborted'));
    expect(await first).toBeNull();
    await expect(requests.latest('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('aborts by prefix', () => {
    const requests = createRequests();
    const signals: Record<string, AbortSignal> = {};
    for (const kind of ['q:a', 'q:b', 'open']) {
      void requests.latest(kind, (signal) => ((signals[kind] = signal), new Promise(() => {})));
    }
    requests.abortAll('q:');
    expect([signals['q:a']?.aborted, signals['q:b']?.aborted, signals['open']?.aborted]).toEqual([true, true, false]);
    expect(requests.isRunning('open')).toBe(true);
    expect(requests.isRunning('q:a')).toBe(false);
  });
});
