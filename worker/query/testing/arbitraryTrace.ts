/** Random small traces for property tests. */
import fc from 'fast-check';
import type { HandleLiteral, ObjectLiteral, TraceLiteral } from './traceFixture.ts';

export const ARBITRARY_END = 1000;
const PROCESSES = ['a.exe', 'b.exe', 'System'];

const time = fc.integer({ min: 0, max: ARBITRARY_END });
const owner = fc.option(fc.constantFrom(...PROCESSES), { nil: undefined });
const stack = fc.option(fc.constantFrom('make', 'close'), { nil: undefined });

const handle: fc.Arbitrary<HandleLiteral> = fc
  .record({
    owner,
    value: fc.constantFrom(4, 8, 0xc0, 0x80000004),
    from: time,
    length: fc.integer({ min: 0, max: 400 }),
    existed: fc.boolean(),
    openEnd: fc.boolean(),
    start: fc.constantFrom<'created' | 'duplicated' | 'inherited'>('created', 'duplicated', 'inherited'),
    end: fc.constantFrom<'closed' | 'processExit' | 'lost'>('closed', 'processExit', 'lost'),
    openStack: stack,
    closeStack: stack,
  })
  .map(({ from, length, existed, openEnd, start, end, ...rest }) => {
    const close = Math.min(ARBITRARY_END, from + length);
    return {
      ...rest,
      ...(existed ? { dcStart: 0 } : { open: from, start }),
      ...(start === 'created' || existed ? {} : { source: { process: 'a.exe', value: rest.value } }),
      ...(openEnd ? {} : { close, end }),
    };
  });

const object: fc.Arbitrary<ObjectLiteral> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('Event', 'File', 'Key'),
      name: fc.option(fc.constantFrom('one', 'two_2', 'two_10', '=x'), { nil: undefined }),
      handles: fc.array(handle, { minLength: 1, maxLength: 4 }),
      refs: fc.array(fc.record({ ns: time, delta: fc.constantFrom(1, -1), process: owner, stack }), { maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        process: owner,
        from: time,
        length: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
        size: fc.nat(),
        mapStack: stack,
      })
      .map(({ process, from, length, size, mapStack }) => ({
        map: {
          process,
          base: `0x${(from * 4096).toString(16)}`,
          size,
          mapStack,
          map: from,
          ...(length === undefined ? {} : { unmap: Math.min(ARBITRARY_END, from + length) }),
        },
      })),
  },
);

/** Up to `maxLength` objects with up to four handles each, between 0 and {@link ARBITRARY_END} ns, in three processes. */
export function arbitraryTrace(maxLength = 30): fc.Arbitrary<TraceLiteral> {
  return fc.array(object, { maxLength }).map((objects) => ({
    processes: PROCESSES.map((name, index) => ({ name, pid: (index + 1) * 4 })),
    stacks: { make: ['app.exe+0x1', 'ntdll.dll+0x2'], close: ['ntoskrnl.exe+0x3'] },
    objects,
    endNs: ARBITRARY_END,
  }));
}
