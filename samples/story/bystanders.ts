import type { Cast } from './cast.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { ObjectType } from './types.ts';
import type { Proc, World } from './world.ts';

type Counts = Partial<Record<ObjectType, number>>;

/** How many handles from before the trace stay open: only the rundown knows them. */
const OLD: Partial<Record<keyof Cast, Counts>> = {
  system: { Process: 8, Thread: 6, Event: 11, File: 14, Key: 14, Section: 4, EtwRegistration: 5 },
  csrss: { Process: 12, Thread: 26, Event: 8, 'ALPC Port': 6 },
  services: { Process: 9, Event: 7, Key: 5, Token: 3 },
  svchost: { Event: 11, Key: 9, EtwRegistration: 7, 'ALPC Port': 3 },
  defender: { Event: 9, File: 12, Key: 6, Section: 4, EtwRegistration: 6 },
  tunnel: { Thread: 64, Event: 8, File: 6, Key: 5, EtwRegistration: 4 },
  tray: { Event: 9, File: 8, Key: 12, EtwRegistration: 6 },
  explorer: { Event: 22, EtwRegistration: 38, Key: 26, File: 12, Thread: 9, Section: 7, Mutant: 5 },
  devenvIdle: { Event: 14, File: 11, Key: 15, Thread: 6, Section: 5 },
  devenv: { Event: 21, File: 19, Key: 24, Thread: 11, Section: 8, Semaphore: 6 },
  cmd: { Event: 2, File: 1, Key: 3, Directory: 1 },
  conhost: { Event: 5, File: 3, Key: 2, IoCompletion: 1 },
  wpa: { Event: 9, File: 7, Key: 10, Section: 6 },
  wpr: { Event: 3, Key: 2, EtwRegistration: 2 },
};

const PROGRAM_KEYS = [
  'Control Panel\\Desktop',
  'Software\\Classes',
  'Software\\Microsoft\\Windows\\CurrentVersion',
  'Software\\Policies',
];
const MACHINE_KEYS = [
  'SOFTWARE\\Microsoft\\Ole',
  'SYSTEM\\ControlSet001\\Control\\Nls\\Sorting\\Ids',
  'SYSTEM\\ControlSet001\\Control\\Session Manager',
  'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
];

/** Everyone's old handles, two of which are closed in the trace. */
export function tellBystanders(world: World, schedule: Schedule, cast: Cast): void {
  let pointer = 0xffff810a40010080n;
  for (const [who, counts] of Object.entries(OLD) as [keyof Cast, Counts][]) {
    const owner = cast[who];
    for (const [type, count] of Object.entries(counts) as [ObjectType, number][]) {
      for (let i = 0; i < count; i++) {
        pointer += 0x4b0n;
        world.existing(owner, { type, name: nameOf(world.random, owner, type), pointer });
      }
    }
  }
  world.existing(cast.system, {
    type: 'Event',
    name: '\\KernelObjects\\HighMemoryCondition',
    pointer: 0xffff810c862e09a0n,
    handle: 0x80000044,
  });

  // Two keys of ZSATrayManager.exe go within the trace.
  for (let i = 0; i < 2; i++) {
    const name = '\\REGISTRY\\MACHINE\\SOFTWARE\\Zscaler Inc.\\Zscaler';
    const key = world.existing(cast.tray, { type: 'Key', name, pointer: 0xffffa88970f30d90n + BigInt(i) * 0x1b0n });
    schedule.at(3_310_000_000 + i * 2_130_000_000, (ns) => world.close(key, { ns, tid: 13580, stack: 'trayClose' }));
  }
}

function nameOf(random: Random, owner: Proc, type: ObjectType): string {
  switch (type) {
    case 'Key':
      return random.chance(0.5)
        ? `\\REGISTRY\\USER\\S-1-5-21-2130456992-1604156536-1887207655-1001\\${random.pick(PROGRAM_KEYS)}`
        : `\\REGISTRY\\MACHINE\\${random.pick(MACHINE_KEYS)}`;
    case 'File':
      return random.chance(0.6)
        ? `\\Device\\HarddiskVolume3\\Windows\\System32\\en-US\\${owner.name}.mui`
        : random.pick([
            '\\Device\\KsecDD',
            '\\Device\\CNG',
            '\\Device\\NamedPipe\\',
            '\\Device\\HarddiskVolume3\\Windows\\Fonts\\StaticCache.dat',
          ]);
    case 'Section':
      return random.chance(0.4) ? `\\Sessions\\1\\Windows\\ThemeSection${random.int(1, 9)}` : '';
    case 'Mutant':
      return `\\Sessions\\1\\BaseNamedObjects\\SM0:${owner.pid}:${random.int(100, 400)}:WilStaging_02`;
    case 'Directory':
      return '\\KnownDlls';
    default:
      return '';
  }
}
