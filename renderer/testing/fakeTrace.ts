import type { ObjectRow, TraceSummary } from '../../shared/records.ts';
import { seededRandom } from './random.ts';

/** An object of the generated trace: its row, and when its handles were opened and closed. */
export interface FakeObject {
  row: ObjectRow;
  /** process as in the lanes: creator, or owner of what was born before the trace */
  process: string;
  fromNs: number;
  toNs: number;
  inheritedBy: string | null;
}

export interface FakeTrace {
  objects: FakeObject[];
  summary: TraceSummary;
}

interface Recipe {
  process: string;
  type: string;
  count: number;
  /** seconds */
  meanLife: number;
  leak: number;
  atExit: number;
  before: number;
  names: (i: number, pick: () => number) => string | null;
  frame: string | null;
}

const END_S = 12.418;
const EVENT_LEAK = 'EventLeak.exe(924160)';
const guid = (pick: () => number) =>
  `{${Math.floor(pick() * 0xffffffff)
    .toString(16)
    .padStart(8, '0')
    .toUpperCase()}-D558-4F6E-9B3C-3716689AF493}`;

const RECIPES: Recipe[] = [
  {
    process: EVENT_LEAK,
    type: 'Event',
    count: 100,
    meanLife: 0.9,
    leak: 0.14,
    atExit: 0.08,
    before: 0,
    names: (i) => `\\Sessions\\1\\BaseNamedObjects\\SignalEvent_${i}`,
    frame: 'EventLeak.exe!EventManager::CreateEventW+0x2b',
  },
  {
    process: EVENT_LEAK,
    type: 'Thread',
    count: 24,
    meanLife: 1.4,
    leak: 0,
    atExit: 0.1,
    before: 0,
    names: () => null,
    frame: 'EventLeak.exe!main+0x8c',
  },
  {
    process: EVENT_LEAK,
    type: 'File',
    count: 18,
    meanLife: 0.6,
    leak: 0.06,
    atExit: 0.1,
    before: 0.2,
    names: (i) => (i % 3 === 0 ? '\\Device\\ConDrv' : `\\Device\\HarddiskVolume3\\Temp\\EventLeak\\log_${i}.txt`),
    frame: 'EventLeak.exe!LogFile::open+0x41',
  },
  {
    process: EVENT_LEAK,
    type: 'Key',
    count: 9,
    meanLife: 0.2,
    leak: 0,
    atExit: 0,
    before: 0,
    names: (i) => `\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Ole\\${i}`,
    frame: null,
  },
  {
    process: 'explorer.exe(6120)',
    type: 'File',
    count: 420,
    meanLife: 0.35,
    leak: 0.004,
    atExit: 0,
    before: 0.12,
    names: (i) => `\\Device\\HarddiskVolume3\\Users\\alois\\Documents\\report_${i}.docx`,
    frame: 'shell32.dll!CFSFolder::BindToObject+0x1f2',
  },
  {
    process: 'explorer.exe(6120)',
    type: 'Key',
    count: 610,
    meanLife: 0.06,
    leak: 0.002,
    atExit: 0,
    before: 0.1,
    names: (i) => `\\REGISTRY\\USER\\S-1-5-21\\Software\\Classes\\CLSID\\${i.toString(16)}`,
    frame: 'shlwapi.dll!SHRegGetValueW+0x96',
  },
  {
    process: 'explorer.exe(6120)',
    type: 'Event',
    count: 260,
    meanLife: 0.5,
    leak: 0.01,
    atExit: 0,
    before: 0.18,
    names: () => null,
    frame: 'combase.dll!CCliModalLoop::Wait+0x5c',
  },
  {
    process: 'explorer.exe(6120)',
    type: 'Section',
    count: 120,
    meanLife: 0.8,
    leak: 0,
    atExit: 0,
    before: 0.3,
    names: (i, pick) => (i % 2 === 0 ? `\\BaseNamedObjects\\${guid(pick)}.2.ver0x000000000000000c.db` : null),
    frame: null,
  },
  {
    process: 'svchost.exe(1184)',
    type: 'Token',
    count: 180,
    meanLife: 0.4,
    leak: 0.02,
    atExit: 0,
    before: 0.05,
    names: () => null,
    frame: 'rpcrt4.dll!RpcImpersonateClient+0x33',
  },
  {
    process: 'svchost.exe(1184)',
    type: 'ALPC Port',
    count: 140,
    meanLife: 0.7,
    leak: 0,
    atExit: 0,
    before: 0.25,
    names: (i) => (i % 4 === 0 ? `\\RPC Control\\LRPC-${(i * 7919).toString(16)}` : null),
    frame: 'rpcrt4.dll!LRPC_ADDRESS::Listen+0x11a',
  },
  {
    process: 'svchost.exe(1184)',
    type: 'Key',
    count: 230,
    meanLife: 0.05,
    leak: 0,
    atExit: 0,
    before: 0.02,
    names: (i) => `\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\svc${i}`,
    frame: null,
  },
  {
    process: 'chrome.exe(14888)',
    type: 'Section',
    count: 310,
    meanLife: 1.1,
    leak: 0.006,
    atExit: 0.01,
    before: 0.2,
    names: () => null,
    frame: 'chrome.dll!base::WritableSharedMemoryRegion::Create+0x4e',
  },
  {
    process: 'chrome.exe(14888)',
    type: 'Event',
    count: 340,
    meanLife: 0.4,
    leak: 0,
    atExit: 0.01,
    before: 0.1,
    names: () => null,
    frame: 'chrome.dll!base::WaitableEvent::WaitableEvent+0x1b',
  },
  {
    process: 'chrome.exe(14888)',
    type: 'File',
    count: 150,
    meanLife: 0.25,
    leak: 0,
    atExit: 0,
    before: 0.1,
    names: (i) => `\\Device\\NamedPipe\\mojo.14888.${i}.1277`,
    frame: 'chrome.dll!mojo::NamedPlatformChannel+0xd0',
  },
  {
    process: 'MsMpEng.exe(3904)',
    type: 'File',
    count: 520,
    meanLife: 0.03,
    leak: 0,
    atExit: 0,
    before: 0.01,
    names: (i) => `\\Device\\HarddiskVolume3\\Windows\\System32\\mod${i}.dll`,
    frame: 'mpengine.dll!ScanFile+0x7a1',
  },
  {
    process: 'MsMpEng.exe(3904)',
    type: 'Mapping',
    count: 140,
    meanLife: 0.05,
    leak: 0.01,
    atExit: 0,
    before: 0,
    names: (i) => `\\Device\\HarddiskVolume3\\Windows\\System32\\mod${i}.dll`,
    frame: 'mpengine.dll!MapView+0x22',
  },
  {
    process: 'cmd.exe(1026876)',
    type: 'Process',
    count: 6,
    meanLife: 2.2,
    leak: 0,
    atExit: 0,
    before: 0,
    names: () => null,
    frame: 'cmd.exe!ExecPgm+0x3aa',
  },
  {
    process: 'cmd.exe(1026876)',
    type: 'File',
    count: 30,
    meanLife: 1.2,
    leak: 0,
    atExit: 0.2,
    before: 0.2,
    names: () => '\\Device\\ConDrv',
    frame: 'cmd.exe!copen_work+0x91',
  },
  {
    process: 'System(4)',
    type: 'Semaphore',
    count: 40,
    meanLife: 2.5,
    leak: 0,
    atExit: 0,
    before: 0.6,
    names: () => null,
    frame: null,
  },
  {
    process: 'System(4)',
    type: 'Directory',
    count: 26,
    meanLife: 0.3,
    leak: 0,
    atExit: 0,
    before: 0.5,
    names: (i) => `\\KernelObjects\\Dir${i}`,
    frame: null,
  },
  {
    process: 'wmiprvse.exe(8840)',
    type: 'Mutant',
    count: 60,
    meanLife: 0.6,
    leak: 0.03,
    atExit: 0.05,
    before: 0.1,
    names: (i) => `\\BaseNamedObjects\\ADAP_WMI_${i}`,
    frame: 'wmiprvse.exe!CProvider::Lock+0x2f',
  },
];

/** A trace of some 3,700 objects times `scale`, the same for the same seed. */
export function fakeTrace(seed = 7, scale = 1): FakeTrace {
  const random = seededRandom(seed);
  const endNs = Math.round(END_S * 1e9);
  const drafts: {
    recipe: Recipe;
    index: number;
    fromNs: number;
    toNs: number;
    leak: boolean;
    atExit: boolean;
    before: boolean;
  }[] = [];
  for (const recipe of RECIPES) {
    for (let index = 0; index < recipe.count * scale; index++) {
      const before = random() < recipe.before;
      const burst = recipe.process === EVENT_LEAK ? 2.1 + random() * 5.2 : random() * (END_S - 0.6);
      const fromNs = before ? 0 : Math.round((burst + 0.05 * random()) * 1e9);
      const leak = !before && random() < recipe.leak;
      const atExit = !leak && !before && random() < recipe.atExit;
      const life = -Math.log(1 - random() * 0.999) * recipe.meanLife * (before ? 4 : 1);
      const stays = leak || (before && random() < 0.6);
      const exitNs = recipe.process === EVENT_LEAK ? 9.4e9 : 11.2e9;
      const toNs = stays ? endNs : atExit ? exitNs : Math.min(endNs - 3e8, fromNs + Math.round(life * 1e9) + 4000);
      drafts.push({ recipe, index, fromNs, toNs: Math.max(toNs, fromNs + 100), leak, atExit, before });
    }
  }
  drafts.sort((a, b) => a.fromNs - b.fromNs);
  const objects = drafts.map(({ recipe, index, fromNs, toNs, leak, atExit, before }, i): FakeObject => {
    const mapping = recipe.type === 'Mapping';
    const open = toNs >= endNs;
    const inherits = !mapping && recipe.process.startsWith('cmd') && index % 3 === 0;
    return {
      process: recipe.process,
      fromNs,
      toNs,
      inheritedBy: inherits ? EVENT_LEAK : null,
      row: {
        id: i + 1,
        kind: mapping ? 'mapping' : 'object',
        pointer: `0xFFFF8100${(0x08be0000 + Math.floor(random() * 0xffff) * 16).toString(16).toUpperCase().padStart(8, '0')}`,
        type: recipe.type,
        name: recipe.names(index, random),
        process: before ? null : recipe.process,
        birthNs: before ? null : fromNs,
        deathNs: open ? null : toNs,
        lifetimeNs: before || open ? null : toNs - fromNs,
        bornBeforeTrace: before,
        leak,
        leakAtExit: atExit,
        handles: 1 + (index % 3 === 0 ? 1 : 0),
        openHandles: open ? 1 : 0,
        inherited: inherits,
        refChanges: index % 11 === 0 ? 4 : 0,
        createFrame: before ? null : recipe.frame,
      },
    };
  });
  return { objects, summary: fakeSummary(objects, endNs) };
}

function fakeSummary(objects: readonly FakeObject[], endNs: number): TraceSummary {
  const count = (test: (object: FakeObject) => boolean) => objects.filter(test).length;
  return {
    endNs,
    rundowns: [{ fromNs: endNs - 2.6e8, toNs: endNs - 0.2e8 }],
    objects: count((o) => o.row.kind === 'object'),
    mappings: count((o) => o.row.kind === 'mapping'),
    handles: objects.length * 2,
    leaks: count((o) => o.row.leak),
    leaksAtExit: count((o) => o.row.leakAtExit),
    trust: {
      eventsLost: 0,
      buffersLost: 0,
      damagedBuffers: 1,
      decodeErrors: 0,
      missing: ['mappings'],
      objectEvents: 14028,
      objectEventsWithStack: 13877,
      unresolvedKeys: 3,
      framesWithoutModule: 212,
      frames: 190211,
      handlesWithUnknownOwner: 2,
      handlesLost: 5,
      opensUnseen: 4,
    },
    info: {
      file: 'HandleLeak.etl',
      bytes: 52_428_800,
      buffers: 800,
      compressedBuffers: 0,
      events: 318_772,
      header: {
        pointerSize: 8,
        osBuild: 19045,
        processors: 16,
        perfFreq: 10_000_000,
        clockType: 1,
        startTimeFiletime: '133598151940000000',
        endTimeFiletime: '133598152064180000',
        bootTimeFiletime: '133597000000000000',
        eventsLost: 0,
        buffersLost: 0,
        timeZoneBiasMinutes: -120,
        sessionName: 'NT Kernel Logger',
        logFileName: 'C:\\temp\\HandleLeak.etl',
      },
      firstEventNs: 0,
      lastEventNs: endNs,
      counts: {},
      processes: [],
      imageEvents: 3597,
      stacks: { stackEvents: 14000, matchedToAnEvent: 13877, unresolvedKeys: 3, frames: 190211 },
      health: [
        {
          severity: 'warning',
          code: 'damagedBuffer',
          message: 'Buffer 311 at byte 20,381,696 is damaged and was skipped: its size field says 0 bytes.',
        },
        {
          severity: 'info',
          code: 'noMappings',
          message: 'The trace has no file mapping events (VAMAP was not recorded).',
        },
      ],
    },
  };
}
