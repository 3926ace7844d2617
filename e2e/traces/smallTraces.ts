import { ms, TraceBuilder } from '../../worker/testing/traceBuilder.ts';

const EVENT = 16;
const FIRST_OBJECT = 0xffffa000_10000000n;

/** A handle in each of so many processes, every tenth one leaks. */
export function manyProcesses(count: number): Uint8Array {
  const trace = new TraceBuilder({ stackKeys: true });
  for (let index = 0; index < count; index++) {
    const pid = 1000 + index * 4;
    const at = ms(1) + index * 1000;
    trace.processStart({ ns: at, pid, parentPid: 4, name: `service${index}.exe` });
    const handle = { pid, tid: pid + 1, object: FIRST_OBJECT + BigInt(index) * 0x40n, handle: 0x40, type: EVENT };
    trace.handleCreate({ ...handle, ns: at + 200 });
    if (index % 10 !== 0) trace.handleClose({ ...handle, ns: at + 600 });
  }
  return trace.typeName(EVENT, 'Event').toBytes();
}

/** Names that pages are broken with: very long, right to left, with control characters, with markup. */
export const HARD_NAMES = {
  long: `\\BaseNamedObjects\\${'x'.repeat(31_900)}-end`,
  rightToLeft: '\\BaseNamedObjects\\\u05e9\u05dc\u05d5\u05dd\u202etxt.exe',
  control: '\\BaseNamedObjects\\a\u0007b\u0000c\u001b[31mred\r\nnew line',
  markup: '\\BaseNamedObjects\\<img src=x onerror=alert(1)>&amp;',
} as const;

export function hardNames(): Uint8Array {
  const trace = new TraceBuilder();
  trace.processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'a\u0007<b>.exe' });
  Object.values(HARD_NAMES).forEach((name, index) => {
    const handle = {
      pid: 100,
      tid: 104,
      object: FIRST_OBJECT + BigInt(index) * 0x40n,
      handle: 0x40 + index * 4,
      type: EVENT,
    };
    trace.handleCreate({ ...handle, ns: ms(2 + index) });
    trace.handleClose({ ...handle, ns: ms(20 + index), name });
  });
  return trace.typeName(EVENT, 'Event').toBytes();
}

/** Processes and modules, as a recording without the keyword for handles has them. */
export function withoutHandles(): Uint8Array {
  const trace = new TraceBuilder();
  for (let index = 0; index < 20; index++)
    trace.processStart({ ns: ms(1 + index), pid: 100 + index * 4, parentPid: 4, name: `p${index}.exe` });
  return trace.toBytes();
}

/** Handles that were recorded without stacks; one leaks. */
export function withoutStacks(): Uint8Array {
  const trace = new TraceBuilder();
  trace.processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'a.exe' });
  for (let index = 0; index < 10; index++) {
    const handle = {
      pid: 100,
      tid: 104,
      object: FIRST_OBJECT + BigInt(index) * 0x40n,
      handle: 0x40 + index * 4,
      type: EVENT,
    };
    trace.handleCreate({ ...handle, ns: ms(2 + index) });
    if (index > 0) trace.handleClose({ ...handle, ns: ms(20 + index) });
  }
  return trace.typeName(EVENT, 'Event').toBytes();
}
