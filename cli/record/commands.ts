/** The command lines that record a plan, and the page that `leaklanes record` prints. */
import { BUFFER_KB, namesOf, type RecordPlan } from './plan.ts';
import { PROFILE_NAME } from './profile.ts';

/** Arguments of `wpr` to start with a profile file: `-filemode` chooses its file variant. */
export function wprStart(plan: RecordPlan, profilePath: string): string[] {
  return ['-start', `${profilePath}!${PROFILE_NAME}`, ...(plan.mode === 'file' ? ['-filemode'] : [])];
}

export function wprStop(tracePath: string): string[] {
  return ['-stop', tracePath];
}

/** xperf's way: start, stop, merge. A ring buffer is saved by -flush; its -stop saves nothing. */
export function xperfCommands(plan: RecordPlan): string[] {
  const flags = ['PROC_THREAD', 'LOADER', ...namesOf(plan, 'flags')].join('+');
  const stackwalk = namesOf(plan, 'stackwalk');
  const buffers = Math.ceil((plan.bufferMb * 1024) / BUFFER_KB);
  const start = [
    `xperf -on ${flags}`,
    ...(stackwalk.length > 0 ? [`-stackwalk ${stackwalk.join('+')}`] : []),
    `-buffersize ${BUFFER_KB} -minbuffers ${buffers} -maxbuffers ${buffers}`,
    plan.mode === 'file' ? '-f C:\\temp\\leak_raw.etl' : '-buffering',
  ].join(' ');
  const save = plan.mode === 'file' ? [] : ['xperf -flush "NT Kernel Logger" -f C:\\temp\\leak_raw.etl'];
  return [start, ...save, 'xperf -stop', 'xperf -merge C:\\temp\\leak_raw.etl C:\\temp\\leak.etl'];
}

/** A command as it is typed: what has a space stands in quotes. */
export function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg))].join(' ');
}

/** The whole page. `savedAs`: where the profile was written, null where it was not. */
export function recordPage(plan: RecordPlan, savedAs: string | null): string {
  const path = savedAs ?? 'leaklanes.wprp';
  const where =
    plan.mode === 'file' ? 'into a file' : `into a ring buffer of ${plan.bufferMb} MB, the latest events stay`;
  return [
    `To record ${partsText(plan)}${plan.stacks ? ' with stacks' : ''} ${where}, on Windows, in a console of an administrator:`,
    '',
    'With Windows Performance Recorder (part of Windows)',
    savedAs === null
      ? '  leaklanes record … --save leaklanes.wprp     writes the profile'
      : `  (${savedAs} is the profile)`,
    `  ${commandLine('wpr', wprStart(plan, path))}`,
    '  … let it leak …',
    `  ${commandLine('wpr', wprStop('C:\\temp\\leak.etl'))}`,
    '',
    'With xperf (Windows Performance Toolkit)',
    ...xperfCommands(plan).map((command) => `  ${command}`),
    '',
    ...typeFilter(plan),
    'Good to know',
    ...notes(plan).map((note) => `  - ${note}`),
    '',
  ].join('\n');
}

function partsText(plan: RecordPlan): string {
  const names = { handles: 'handles', objects: 'object references', mappings: 'file mappings' } as const;
  const parts = (['handles', 'objects', 'mappings'] as const).filter((part) => plan[part]).map((part) => names[part]);
  return parts.join(' and ').replace(/ and (?=.* and )/g, ', ');
}

/** The filter is set on the running session, by an undocumented call that neither wpr nor xperf makes. */
function typeFilter(plan: RecordPlan): string[] {
  if (plan.types.length === 0) return [];
  return [
    `With a type filter (${plan.types.join(', ')})`,
    '  1. Start as above. The filter acts on the kernel session that runs, so it comes after the start.',
    '  2. In ETWController, 2.5.2 or later, enable the handle type filter with these types. Neither wpr nor xperf can set it.',
    '     https://github.com/Alois-xx/etwcontroller/releases/tag/2.5.2',
    '  3. … let it leak … and stop as above. Whether it worked:  leaklanes totals C:\\temp\\leak.etl --by type',
    '',
  ];
}

function notes(plan: RecordPlan): string[] {
  return [
    'Merge on the machine that recorded, as wpr -stop does: only then the trace says which module is which (leaklanes modules).',
    ...(plan.stacks && plan.mode === 'file'
      ? [
          'Stacks are most of a trace. The profile caches them: equal ones are written once. --no-stacks leaves them out.',
        ]
      : []),
    ...(plan.stacks && plan.mode === 'memory'
      ? [
          'Stacks are most of a trace: with --no-stacks, or the stack of HandleCreate alone, the ring reaches further back.',
        ]
      : []),
    ...(plan.objects ? ['Every use of a handle is two reference changes: record objects for seconds, not hours.'] : []),
    ...(plan.objects && !plan.handles ? ['Object names come with handle events only: add --handles.'] : []),
    ...(plan.mode === 'file' && !plan.objects
      ? ['For hours, take --mode memory: it keeps the latest events and cannot fill the disk.']
      : []),
    ...(plan.types.length === 0 && (plan.handles || plan.objects)
      ? ['If you know the type that leaks, --type Event says how to record that type alone: much less data.']
      : []),
    'leaklanes info FILE says whether events were lost: if so, take a larger --buffer-mb.',
  ];
}
