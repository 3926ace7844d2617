import { HandleTable, ObjectPool, type Proc } from './world.ts';

/** Who takes part, with the pids of the seed where it names them. */
const SYSTEM_SID = [18];
const USER_SID = [21, 2130456992, 1604156536, 1887207655, 1001];
const WINDIR = 'C:\\Windows';

export interface Cast {
  idle: Proc;
  system: Proc;
  csrss: Proc;
  services: Proc;
  svchost: Proc;
  defender: Proc;
  tunnel: Proc;
  tray: Proc;
  explorer: Proc;
  devenvIdle: Proc;
  devenv: Proc;
  cmd: Proc;
  conhost: Proc;
  wpa: Proc;
  wpr: Proc;
  eventLeak: Proc;
}

/** @param firstHandle where a process that runs for long hands out its next handle */
function proc(
  fields: Partial<Proc> & Pick<Proc, 'pid' | 'parentPid' | 'name' | 'commandLine' | 'threads'>,
  firstHandle: number,
): Proc {
  return {
    session: 1,
    sid: USER_SID,
    modules: ['ntdll.dll', 'kernel32.dll', 'KernelBase.dll', fields.name],
    startedInTrace: false,
    table: new HandleTable(firstHandle),
    ...fields,
  };
}

export function makeCast(): Cast {
  const service = { session: 0, sid: SYSTEM_SID };
  const kernelOnly = { session: 0xffffffff, sid: SYSTEM_SID, modules: [] };
  // Programs that only stand by: their modules would add nothing.
  const standsBy = { modules: ['ntdll.dll'] };
  return {
    idle: proc({ pid: 0, parentPid: 0, name: 'Idle', commandLine: '', threads: [0], ...kernelOnly }, 4),
    system: proc(
      { pid: 4, parentPid: 0, name: 'System', commandLine: '', threads: [12, 220, 388], ...kernelOnly },
      0x80001ddc,
    ),
    csrss: proc(
      {
        pid: 1536,
        parentPid: 1480,
        name: 'csrss.exe',
        commandLine: '%SystemRoot%\\system32\\csrss.exe ObjectDirectory=\\Windows SharedSection=1024,20480,768',
        threads: [1560, 1572],
        session: 1,
        sid: SYSTEM_SID,
        ...standsBy,
      },
      0x5b0,
    ),
    services: proc(
      {
        pid: 1184,
        parentPid: 1028,
        name: 'services.exe',
        commandLine: `${WINDIR}\\system32\\services.exe`,
        threads: [1188],
        ...service,
        ...standsBy,
      },
      0x8e4,
    ),
    svchost: proc(
      {
        pid: 2212,
        parentPid: 1184,
        name: 'svchost.exe',
        commandLine: `${WINDIR}\\system32\\svchost.exe -k DcomLaunch -p`,
        threads: [2216, 2904],
        ...service,
      },
      0x3b8,
    ),
    defender: proc(
      {
        pid: 6288,
        parentPid: 1184,
        name: 'MsMpEng.exe',
        commandLine: '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24030.9-0\\MsMpEng.exe"',
        threads: [6292, 10532],
        ...service,
      },
      0x9a4,
    ),
    tunnel: proc(
      {
        pid: 10232,
        parentPid: 1184,
        name: 'ZSATunnel.exe',
        commandLine: '"C:\\Program Files (x86)\\Zscaler\\ZSATunnel\\ZSATunnel.exe"',
        threads: [10236, 11840, 12004],
        ...service,
      },
      0x46a90,
    ),
    tray: proc(
      {
        pid: 13260,
        parentPid: 1184,
        name: 'ZSATrayManager.exe',
        commandLine: '"C:\\Program Files (x86)\\Zscaler\\ZSATrayManager\\ZSATrayManager.exe"',
        threads: [13264, 13580],
        ...service,
      },
      0x9118,
    ),
    explorer: proc(
      {
        pid: 60060,
        parentPid: 59904,
        name: 'explorer.exe',
        commandLine: `${WINDIR}\\Explorer.EXE`,
        threads: [60064, 61212, 66436, 63580],
      },
      0x1f34c,
    ),
    devenvIdle: proc(
      {
        pid: 509560,
        parentPid: 60060,
        name: 'devenv.exe',
        commandLine:
          '"C:\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\Common7\\IDE\\devenv.exe" "D:\\Source\\Viewer\\Viewer.sln"',
        threads: [509564, 511020],
        ...standsBy,
      },
      0x2f10,
    ),
    devenv: proc(
      {
        pid: 2619964,
        parentPid: 60060,
        name: 'devenv.exe',
        commandLine:
          '"C:\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\Common7\\IDE\\devenv.exe" "D:\\Source\\HandleLeak\\HandleLeak.sln"',
        threads: [2619968, 2621344, 2622080, 2622096, 2623508, 2625632],
      },
      0x5600,
    ),
    cmd: proc(
      {
        pid: 1026876,
        parentPid: 60060,
        name: 'cmd.exe',
        commandLine: `"${WINDIR}\\system32\\cmd.exe"`,
        threads: [1988012, 1990404],
      },
      0x2e8,
    ),
    conhost: proc(
      {
        pid: 1031220,
        parentPid: 1026876,
        name: 'conhost.exe',
        commandLine: `\\??\\${WINDIR}\\system32\\conhost.exe 0x4`,
        threads: [1031224, 1032500],
        ...standsBy,
      },
      0x2a0,
    ),
    wpa: proc(
      {
        pid: 2415968,
        parentPid: 60060,
        name: 'wpa.exe',
        commandLine: '"C:\\Program Files (x86)\\Windows Kits\\10\\Windows Performance Toolkit\\wpa.exe"',
        threads: [2415972],
        ...standsBy,
      },
      0x1a70,
    ),
    wpr: proc(
      {
        pid: 3011732,
        parentPid: 60060,
        name: 'wprui.exe',
        commandLine: '"C:\\Program Files (x86)\\Windows Kits\\10\\Windows Performance Toolkit\\wprui.exe"',
        threads: [3011736],
        ...standsBy,
      },
      0x1c4,
    ),
    eventLeak: proc(
      {
        pid: 924160,
        parentPid: 1026876,
        name: 'EventLeak.exe',
        commandLine: 'EventLeak.exe',
        threads: [1416312],
        modules: ['EventLeak.exe', 'ntdll.dll', 'kernel32.dll', 'KernelBase.dll', 'ucrtbased.dll'],
        startedInTrace: true,
      },
      0xa0,
    ),
  };
}

/** Pool addresses of kernel objects, one range a purpose so that the actors do not get in each other's way. */
export function makePools(): Record<'event' | 'file' | 'key' | 'section' | 'thread' | 'other', ObjectPool> {
  return {
    event: new ObjectPool(0xffff810cd1a04060n, 0x230n),
    file: new ObjectPool(0xffff81002a900a10n, 0x190n),
    key: new ObjectPool(0xffffa88976a0c450n, 0x1b0n),
    section: new ObjectPool(0xffffa8898e21d2f0n, 0xe0n),
    thread: new ObjectPool(0xffff810cf3e40080n, 0x980n),
    other: new ObjectPool(0xffff810ce7701c60n, 0x150n),
  };
}
