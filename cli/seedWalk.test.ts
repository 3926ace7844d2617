/**
 * The walk of ETWAnalyzer's document (`-dump ObjectRef`) on the sample that tells its scenario: from an overview to the stack that leaks.
 * Every step runs the program, in our spelling and in ETWAnalyzer's, and must print what stands in samples/expected; the lines that the
 * document shows are here too, so that an expected file cannot be updated away from them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import './testing/cleanMachine.ts';

const PROGRAM = fileURLToPath(new URL('leaklanes.js', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../samples/handle-leak.etl', import.meta.url));
const EXPECTED = fileURLToPath(new URL('../samples/expected/', import.meta.url));

interface Step {
  title: string;
  /** file in samples/expected */
  file: string;
  ours: string[];
  theirs: string[];
  /** lines of the document; see {@link comparable} */
  seed: string[];
}

const NAMED = ['-pn', 'EventLeak', '-ObjectName', '*signalevent_*'];
const SWEPT = ['-DestroyStack', '*NtTerminateProcess*'];
const LEAKED = ['--process', 'EventLeak', '--object-name', '*signalevent_*', '--leak-at-exit'];

const STEPS: Step[] = [
  {
    title: 'overview by type: threads are what is open most',
    file: '01-by-type.txt',
    ours: ['totals', SAMPLE, '--top', '5'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, '-topN', '5', '-ShowTotal', 'Total'],
    seed: ['5/10/2024 12:46:34 PM HandleLeak', '====================================================================='],
  },
  {
    title: 'by process: ZSATunnel.exe has most of them',
    file: '02-by-process.txt',
    ours: ['totals', SAMPLE, '--by', 'process', '--top', '5'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, '-topN', '5', '-ShowTotal', 'Process'],
    seed: ['Not closed handles at trace end:'],
  },
  {
    title: 'by process, threads only: it is ZSATunnel.exe that leaks threads',
    file: '03-threads-by-process.txt',
    ours: ['totals', SAMPLE, '--by', 'process', '--top', '5', '--type', 'Thread'],
    theirs: ['-dump', 'Objectref', '-fd', SAMPLE, '-topN', '5', '-ShowTotal', 'Process', '-type', 'Thread'],
    seed: ['Not closed handles at trace end:'],
  },
  {
    title: 'which version of it',
    file: '04-version.txt',
    ours: ['modules', SAMPLE, '--dll', 'ZSATunnel.exe'],
    theirs: ['-dump', 'Version', '-fd', SAMPLE, '-Dll', 'ZSATunnel.exe'],
    seed: [
      'ZSATunnel.exe(10232)',
      'ZSATunnel.exe C:\\Program Files (x86)\\Zscaler\\ZSATunnel 4.3.0.161 ProductName: Zscaler, Description: ZscalerTunnel',
    ],
  },
  {
    title: 'filter by name: 100 events, 108 creates',
    file: '05-by-name.txt',
    ours: ['dump', SAMPLE, '--process', 'EventLeak', '--object-name', '*signalevent_*'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, ...NAMED],
    seed: [
      'Object: 0xFFFF810008BE66F0 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_0 Lifetime: 0.016939 s Create+Duplicate-Close: 2+0-2 = 0',
      '12:46:37.775935 924160/1349480 HandleCreate 0xC0 EventLeak.exe +-',
      '12:46:37.775946 924160/352576 HandleCreate 0xC4 EventLeak.exe +-',
      '12:46:37.776118 924160/1416312 HandleClose 0xC4 EventLeak.exe +-',
      '12:46:37.792874 924160/1416312 HandleClose 0xC0 EventLeak.exe +-',
      'Object: 0xFFFF810008BE6290 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_1 Lifetime: 0.000362 s Create+Duplicate-Close: 1+0-1 = 0',
      '12:46:37.776216 924160/1122960 HandleCreate 0xA8 EventLeak.exe +-',
      '12:46:37.776578 924160/1416312 HandleClose 0xA8 EventLeak.exe +-',
      'Object: 0xFFFF810008BE6290 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_2 Lifetime: 0.000218 s Create+Duplicate-Close: 1+0-1 = 0',
      'Object: 0xFFFF810CDA5648B0 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_99 Lifetime: 0.000072 s Create+Duplicate-Close: 1+0-1 = 0',
      '12:46:37.792097 924160/2941128 HandleCreate 0x13C EventLeak.exe +-',
      '12:46:37.792169 924160/1416312 HandleClose 0x13C EventLeak.exe +-',
      'Totals: Objects Created/Destroyed: 100/100 Diff: 0, Handles Created/Closed/Duplicated: 108/108/0 Diff: 0, RefChanges: 0, FileMap/Unmap: 0/0',
    ],
  },
  {
    // The document finds them by a name in the stack that closed them; --leak-at-exit needs none.
    title: 'leaks until exit: eight events of which one handle each was left to the end of the process',
    file: '06-leak-at-exit.txt',
    ours: ['dump', SAMPLE, ...LEAKED],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, ...NAMED, ...SWEPT],
    seed: [
      'Object: 0xFFFF810008BE66F0 \\Sessions\\1\\BaseNamedObjects\\SignalEvent_0 Lifetime: 0.016939 s Create+Duplicate-Close: 2+0-2 = 0',
      '12:46:37.792874 924160/1416312 HandleClose 0xC0 EventLeak.exe +-',
      'Totals: Objects Created/Destroyed: 8/8 Diff: 0, Handles Created/Closed/Duplicated: 16/16/0 Diff: 0, RefChanges: 0, FileMap/Unmap: 0/0',
    ],
  },
  {
    // The document's frames by name are in the test below.
    title: 'with stacks: where the leaked handle comes from',
    file: '07-leak-with-stacks.txt',
    ours: ['dump', SAMPLE, '--show-stack', '--object-name', '*SignalEvent_0', '--leak-at-exit'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, '-ShowStack', '-ObjectName', '*SignalEvent_0', ...SWEPT],
    seed: [
      '12:46:37.775935 924160/1349480 HandleCreate 0xC0 EventLeak.exe +-',
      '12:46:37.792874 924160/1416312 HandleClose 0xC0 EventLeak.exe +-',
    ],
  },
  {
    // Different from the document, which says 0.028028 s and 5/5: cmd.exe had these handles open from before the trace and keeps them, so none of
    // the objects is born or dies in the trace.
    title: 'inherited: what EventLeak.exe got from cmd.exe',
    file: '08-inherited.txt',
    ours: ['dump', SAMPLE, '--inherit', '--related-process', 'eventleak'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, '-Inherit', '-RelatedProcess', 'Eventleak'],
    seed: [
      '12:46:37.764854 1026876/1988012 HandleDuplicate 0x124 cmd.exe Inherited by process EventLeak.exe(924160) +-',
      '12:46:37.792882 924160/1416312 HandleClose 0x124 EventLeak.exe +- Inherited from cmd.exe(1026876)',
    ],
  },
  {
    // The document's times are those of another recording: 16:08:05. It names the mapping by base | pid << 42, which is no address.
    title: 'mappings: 16 MB for 86 µs',
    file: '09-mappings.txt',
    ours: ['dump', SAMPLE, '--map', '1'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, '-Map', '1'],
    seed: [
      '12:46:39.671648 6288/10532 Map MsMpEng.exe 0x1B544000000-0x1B545000000 Size: 16777216 bytes, Offset: 0',
      '12:46:39.671734 6288/10532 Unmap MsMpEng.exe 0x1B544000000',
    ],
  },
  {
    // Times as above: 16:07:56 there.
    title: 'references: who used an object',
    file: '10-references.txt',
    ours: ['dump', SAMPLE, '--map', '0', '--show-ref', '--object-name', '\\Device\\HarddiskVolume5'],
    theirs: ['-dump', 'ObjectRef', '-fd', SAMPLE, '-Map', '0', '-ShowRef', '-ObjectName', '\\Device\\HarddiskVolume5'],
    seed: [
      'Object: 0xFFFF81002A8033C0 \\Device\\HarddiskVolume5 Lifetime: 0.000024 s Create+Duplicate-Close: 1+0-1 = 0',
      '12:46:40.918279 60060/66436 HandleCreate 0x8000FD28 explorer.exe',
      '12:46:40.918294 60060/66436 HandleClose 0x8000FD28 explorer.exe',
      '12:46:40.918294 60060/66436 Object Delete explorer.exe -------------------------------',
    ],
  },
];

/** The document's frames of a create, leaf first, and their modules (seed/screens.md); functions without parameters. */
const CREATE_FRAMES = [
  'ntoskrnl.exe!ObpCreateHandle',
  'ntoskrnl.exe!ObInsertObjectEx',
  'ntoskrnl.exe!NtCreateEvent',
  'ntoskrnl.exe!KiSystemServiceCopyEnd',
  'ntdll.dll!NtCreateEvent',
  'KernelBase.dll!CreateEventW',
  'EventLeak.exe!EventManager::CreateEventW',
  'EventLeak.exe!EventManager::GetOrCreateEvent',
  'EventLeak.exe!EventConsumer::GetAndSignal',
  "EventLeak.exe!`main'::`4'::<lambda_1>::operator()",
  "EventLeak.exe!std::invoke<`main'::`4'::<lambda_1> >",
  "EventLeak.exe!std::thread::_Invoke<std::tuple<`main'::`4'::<lambda_1> >, 0>",
  // The document has (__cdecl*): Leaklanes leaves calling conventions out.
  'ucrtbased.dll!thread_start<unsigned int (*)(void*), 1>',
  'kernel32.dll!BaseThreadInitThunk',
  'ntdll.dll!RtlUserThreadStart',
];

/** The frames of the sweep that closes what is left, in the document's picture of WPA from the outside in. */
const SWEEP_FRAMES = [
  'ntoskrnl.exe!ObCloseHandleTableEntry',
  'ntoskrnl.exe!ExSweepHandleTable',
  'ntoskrnl.exe!ObKillProcess',
  'ntoskrnl.exe!PspRundownSingleProcess',
  'ntoskrnl.exe!PspExitThread',
  'ntoskrnl.exe!NtTerminateProcess',
  'ntoskrnl.exe!KiSystemServiceCopyEnd',
];

/** Whether a line is a frame of a function, whatever its parameters. */
function isFrame(line: string, name: string): boolean {
  return line.startsWith(name) && /^(\(.*\))?\+0x[0-9A-F]+$/.test(line.slice(name.length));
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** A line without what depends on the recording (ids of objects and stacks, its name) or on the version of ETWAnalyzer (the type), and single spaces. */
function comparable(line: string): string {
  return line
    .replace(/^Id: \d+ /, '')
    .replace(/ Type: \w+/, '')
    .replace(/ Stack: \d+$/, '')
    .replace(/(-{31}) \d+$/, '$1')
    .replace('  handle-leak', ' HandleLeak')
    .replace(/\s+/g, ' ')
    .trim();
}

describe("the walk of ETWAnalyzer's document", () => {
  beforeAll(() => {
    // Builds dist/ where it is older than the sources, so that no step waits for it.
    execFileSync(process.execPath, [PROGRAM, '--version'], { stdio: 'ignore' });
  }, 120_000);

  it.each(STEPS)('$title', async ({ file, ours, theirs, seed }) => {
    const out = run(ours);
    const lines = out.split('\n').map(comparable);
    for (const line of seed) expect(lines).toContain(line);
    expect(run(theirs)).toBe(out);
    await expect(out).toMatchFileSnapshot(`${EXPECTED}${file}`);
  });

  it('the leaked events are the eight of the document, with its lifetimes', () => {
    const out = run(['dump', SAMPLE, ...LEAKED]);
    const found = [...out.matchAll(/SignalEvent_(\d+) Lifetime: (\S+) s/g)].map((match) => `${match[1]} ${match[2]}`);
    expect(found).toEqual([
      '0 0.016939',
      '13 0.013739',
      '21 0.012146',
      '27 0.011196',
      '28 0.011033',
      '29 0.010883',
      '36 0.009811',
      '56 0.006941',
    ]);
    expect(out.match(/HandleClose .*/g)?.filter((_, index) => index % 2 === 1)).toHaveLength(8);
    expect(out.match(/12:46:37\.7928\d\d 924160\/1416312 HandleClose/g)).toHaveLength(8);
  });

  it('one pointer serves SignalEvent_1 to _5 and later _13', () => {
    const out = run(['dump', SAMPLE, '--process', 'EventLeak', '--object-name', '*signalevent_*']);
    const names = [...out.matchAll(/0xFFFF810008BE6290 \S+SignalEvent_(\d+)/g)].map((match) => Number(match[1]));
    expect(names).toEqual([1, 2, 3, 4, 5, 13]);
  });

  it.each([
    ['HandleCreate 0xC0', CREATE_FRAMES],
    ['HandleCreate 0xC4', CREATE_FRAMES],
    ['HandleClose 0xC0', SWEEP_FRAMES],
  ])("the frames of %s are the document's", (event, frames) => {
    const out = run(['dump', SAMPLE, '--show-stack', '--names', 'full', '--object-name', '*SignalEvent_0']);
    const lines = out.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
    const first = lines.findIndex((line) => line.includes(event)) + 1;
    const end = lines.findIndex((line, at) => at >= first && !line.includes('!'));
    expect(lines.slice(first, end).map((line, at) => (isFrame(line, frames[at] ?? '') ? frames[at] : line))).toEqual(
      frames,
    );
  });

  it('the references are the +1 +1 -1 +1 -1 +1 +1 -1 of the document', () => {
    const out = run(['dump', SAMPLE, '--show-ref', '--object-name', '\\Device\\HarddiskVolume5']);
    const changes = [...out.matchAll(/RefChange +explorer\.exe ([+-]?\d+)/g)].map((match) => Number(match[1]));
    expect(changes).toEqual([1, 1, -1, 1, -1, 1, 1, -1]);
  });
});
