import { frameAddress } from './symbols.ts';

/** The stacks of the sample, leaf first, as `module!function` (symbols.ts says where that is). */

const SYSCALL = 'ntoskrnl.exe!KiSystemServiceCopyEnd';
const THREAD_BASE = ['kernel32.dll!BaseThreadInitThunk', 'ntdll.dll!RtlUserThreadStart'];
const POOL_BASE = ['ntdll.dll!TppWorkerThread', ...THREAD_BASE];

/** Names of one module, in front of each the module. */
function of(module: string, ...functions: string[]): string[] {
  return functions.map((name) => `${module}!${name}`);
}

const nt = (...functions: string[]): string[] => [...of('ntoskrnl.exe', ...functions), SYSCALL];

/** Where main() of EventLeak.exe calls: offsets behind the calls. */
export const MAIN_CALLS = { thread: '0x74', join: '0xb2', destructor: '0xec' } as const;

const LAMBDA = "`main'::`4'::<lambda_1>";

/** What a call does in the kernel and in the system's libraries, down to where the program called. */
const CALLS = {
  createEvent: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'NtCreateEvent'),
    'ntdll.dll!NtCreateEvent',
    'KernelBase.dll!CreateEventW',
  ],
  createMutant: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'NtCreateMutant'),
    'ntdll.dll!NtCreateMutant',
    'KernelBase.dll!CreateMutexExW',
  ],
  createSemaphore: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'NtCreateSemaphore'),
    'ntdll.dll!NtCreateSemaphore',
    'KernelBase.dll!CreateSemaphoreExW',
  ],
  createSection: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'NtCreateSection'),
    'ntdll.dll!NtCreateSection',
    'KernelBase.dll!CreateFileMappingW',
  ],
  createFile: [
    ...nt('ObpCreateHandle', 'ObOpenObjectByNameEx', 'IopCreateFile', 'NtCreateFile'),
    'ntdll.dll!NtCreateFile',
    ...of('KernelBase.dll', 'CreateFileInternal', 'CreateFileW'),
  ],
  openKey: [
    ...nt('ObpCreateHandle', 'ObOpenObjectByNameEx', 'CmOpenKey', 'NtOpenKeyEx'),
    'ntdll.dll!NtOpenKeyEx',
    ...of('KernelBase.dll', 'LocalBaseRegOpenKey', 'RegOpenKeyExInternalW', 'RegOpenKeyExW'),
  ],
  registerEtw: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'EtwpRegisterUMGuid', 'NtTraceControl'),
    ...of('ntdll.dll', 'NtTraceControl', 'EtwNotificationRegister', 'EtwEventRegister'),
  ],
  createThread: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'PspInsertThread', 'PspCreateThread', 'NtCreateThreadEx'),
    'ntdll.dll!NtCreateThreadEx',
    'KernelBase.dll!CreateRemoteThreadEx',
    'kernel32.dll!CreateThread',
  ],
  close: [
    ...nt('ObCloseHandleTableEntry', 'ObpCloseHandle', 'NtClose'),
    'ntdll.dll!NtClose',
    'KernelBase.dll!CloseHandle',
  ],
  closeKey: [
    ...nt('ObCloseHandleTableEntry', 'ObpCloseHandle', 'NtClose'),
    'ntdll.dll!NtClose',
    'KernelBase.dll!RegCloseKey',
  ],
  duplicate: [
    ...nt('ObpCreateHandle', 'ObDuplicateObject', 'NtDuplicateObject'),
    'ntdll.dll!NtDuplicateObject',
    'KernelBase.dll!DuplicateHandle',
  ],
} as const;

/** main() of EventLeak.exe with the place of its call: each is a line of EventLeak.cpp (stubs/lines.ts). */
function leakMain(place: string): string[] {
  return [...of('EventLeak.exe', `main+${place}`, 'invoke_main', '__scrt_common_main_seh'), ...THREAD_BASE];
}
const CMD_MAIN = [...of('cmd.exe', 'FindFixAndRun', 'Dispatch', 'main', '__mainCRTStartup'), ...THREAD_BASE];
const CREATE_PROCESS = [
  'ntdll.dll!ZwCreateUserProcess',
  'KernelBase.dll!CreateProcessInternalW',
  'kernel32.dll!CreateProcessW',
];
const TASKBAND = [
  ...of(
    'explorer.exe',
    'CTaskBand::v_WndProc',
    'CImpWndProc::s_WndProc',
    'CTray::_MessageLoop',
    'CTray::MainThreadProc',
  ),
  ...THREAD_BASE,
];
const NOTIFY = [
  ...of(
    'explorer.exe',
    'CTrayNotify::_OnIconChanged',
    'CTrayNotify::v_WndProc',
    'CImpWndProc::s_WndProc',
    'CTray::_MessageLoop',
    'CTray::MainThreadProc',
  ),
  ...THREAD_BASE,
];
const EXPLORER_MAIN = [
  ...of('explorer.exe', 'SHProcessMessages', 'wWinMain', '__scrt_common_main_seh'),
  ...THREAD_BASE,
];
const VOLUME = [...of('explorer.exe', 'CVolumeWatcher::QueryVolume', 'CVolumeWatcher::ThreadProc'), ...THREAD_BASE];
const VS_WORKER = [
  ...of('devenv.exe', 'VsBackgroundScheduler::RunTask', 'VsBackgroundScheduler::WorkerProc'),
  ...THREAD_BASE,
];
const VS_MAIN = [...of('devenv.exe', 'VsMain', 'wWinMain', '__scrt_common_main_seh'), ...THREAD_BASE];
const VS_POOL = ['ntdll.dll!TppWorkpExecuteCallback', ...POOL_BASE];
const TUNNEL_TIMER = [
  ...of('ZSATunnel.exe', 'CTunnelKeepAlive::StartProbeThread', 'CTunnelKeepAlive::TimerProc'),
  'ntdll.dll!TppSimplepExecuteCallback',
  ...POOL_BASE,
];
const TUNNEL_LOOP = [...of('ZSATunnel.exe', 'CTunnelSession::RunLoop', 'CTunnelService::ServiceMain'), ...THREAD_BASE];
const TRAY = [
  ...of('ZSATrayManager.exe', 'CTrayManager::RunLoop', 'wWinMain', '__scrt_common_main_seh'),
  ...THREAD_BASE,
];
const SCAN = [...of('MsMpEng.exe', 'ScanHost::ScanStream', 'ScanHost::WorkerProc'), ...THREAD_BASE];
const SYSTEM_WORKER = of('ntoskrnl.exe', 'ExpWorkerThread', 'PspSystemThreadStartup', 'KiStartSystemThread');
const OPEN_VOLUME = ['ntdll.dll!NtCreateFile', ...of('KernelBase.dll', 'CreateFileInternal', 'CreateFileW'), ...VOLUME];
const CLOSE_VOLUME = ['ntdll.dll!NtClose', 'KernelBase.dll!CloseHandle', ...VOLUME];

const NAMED = {
  // EventLeak.exe and cmd.exe: seed/screens.md, LeakStack and Inherit; DumpObjectRef.md.
  leakCreate: [
    ...CALLS.createEvent,
    ...of(
      'EventLeak.exe',
      'EventManager::CreateEventW',
      'EventManager::GetOrCreateEvent',
      'EventConsumer::GetAndSignal',
      `${LAMBDA}::operator()`,
      `std::invoke<${LAMBDA} >`,
      `std::thread::_Invoke<std::tuple<${LAMBDA} >,0>`,
    ),
    'ucrtbased.dll!thread_start<unsigned int (__cdecl*)(void *),1>',
    ...THREAD_BASE,
  ],
  leakClose: [...CALLS.close, 'EventLeak.exe!EventManager::~EventManager', ...leakMain(MAIN_CALLS.destructor)],
  leakThreadCreate: [
    ...CALLS.createThread,
    'ucrtbased.dll!_beginthreadex',
    `EventLeak.exe!std::thread::_Start<${LAMBDA} &>`,
    ...leakMain(MAIN_CALLS.thread),
  ],
  leakThreadClose: [...CALLS.close, 'EventLeak.exe!std::thread::join', ...leakMain(MAIN_CALLS.join)],
  exitSweep: nt(
    'ObCloseHandleTableEntry',
    'ExSweepHandleTable',
    'ObKillProcess',
    'PspRundownSingleProcess',
    'PspExitThread',
    'NtTerminateProcess',
  ),
  inherit: [
    ...nt('ExpDuplicateSingleHandle', 'ExDupHandleTable', 'ObInitProcess', 'PspAllocateProcess', 'NtCreateUserProcess'),
    ...CREATE_PROCESS,
    ...of('cmd.exe', 'ExecPgm', 'ECWork', 'ExtCom'),
    ...CMD_MAIN,
  ],
  processCreate: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'PspInsertProcess', 'NtCreateUserProcess'),
    ...CREATE_PROCESS,
    ...of('cmd.exe', 'ExecPgm', 'ECWork', 'ExtCom'),
    ...CMD_MAIN,
  ],
  mainThreadCreate: [
    ...nt('ObpCreateHandle', 'ObInsertObjectEx', 'PspInsertThread', 'NtCreateUserProcess'),
    ...CREATE_PROCESS,
    ...of('cmd.exe', 'ExecPgm', 'ECWork', 'ExtCom'),
    ...CMD_MAIN,
  ],
  cmdCloseThread: [...CALLS.close, ...of('cmd.exe', 'ExecPgm', 'ECWork', 'ExtCom'), ...CMD_MAIN],
  cmdCloseProcess: [...CALLS.close, ...of('cmd.exe', 'WaitProc', 'ExecPgm', 'ECWork', 'ExtCom'), ...CMD_MAIN],

  // ZSATunnel.exe and ZSATrayManager.exe
  tunnelThread: [...CALLS.createThread, ...TUNNEL_TIMER],
  tunnelSocket: [...CALLS.createFile, 'ZSATunnel.exe!CPacketSocket::Open', ...TUNNEL_LOOP],
  tunnelSocketClose: [...CALLS.close, 'ZSATunnel.exe!CPacketSocket::Close', ...TUNNEL_LOOP],
  tunnelEvent: [...CALLS.createEvent, 'ZSATunnel.exe!CTunnelSession::WaitForReply', ...TUNNEL_LOOP],
  tunnelEventClose: [...CALLS.close, 'ZSATunnel.exe!CTunnelSession::WaitForReply', ...TUNNEL_LOOP],
  tunnelReceive: [...CALLS.close, 'ZSATunnel.exe!CTrayChannel::ReceiveSection', ...TUNNEL_LOOP],
  traySection: [
    ...CALLS.createSection,
    ...of('ZSATrayManager.exe', 'CTrayChannel::PublishSection', 'CTrayChannel::SendStatus'),
    ...TRAY,
  ],
  trayDuplicate: [...CALLS.duplicate, 'ZSATrayManager.exe!CTrayChannel::SendStatus', ...TRAY],
  trayClose: [...CALLS.close, 'ZSATrayManager.exe!CTrayChannel::SendStatus', ...TRAY],

  // explorer.exe
  explorerEtw: [
    ...CALLS.registerEtw,
    ...of('explorer.exe', 'CTaskBand::_RegisterUsageTelemetry', 'CTaskBand::_HandleShellHook'),
    ...TASKBAND,
  ],
  explorerEvent: [...CALLS.createEvent, 'explorer.exe!CTrayNotify::_CreateIconEvent', ...NOTIFY],
  explorerKey: [
    ...CALLS.openKey,
    ...of('explorer.exe', 'CShellLink::_ReadPerUserKey', 'CShellLink::Resolve'),
    ...EXPLORER_MAIN,
  ],
  explorerKeyClose: [
    ...CALLS.closeKey,
    ...of('explorer.exe', 'CShellLink::_ReadPerUserKey', 'CShellLink::Resolve'),
    ...EXPLORER_MAIN,
  ],
  explorerFile: [
    ...CALLS.createFile,
    ...of('explorer.exe', 'CIconCache::_OpenIconFile', 'CIconCache::LoadIcon'),
    ...EXPLORER_MAIN,
  ],
  explorerFileClose: [...CALLS.close, 'explorer.exe!CIconCache::LoadIcon', ...EXPLORER_MAIN],
  explorerShare: [...CALLS.createEvent, 'explorer.exe!CDesktopBroker::ShareEvent', ...EXPLORER_MAIN],
  explorerDuplicate: [...CALLS.duplicate, 'explorer.exe!CDesktopBroker::ShareEvent', ...EXPLORER_MAIN],
  explorerClose: [...CALLS.close, 'explorer.exe!CDesktopBroker::ShareEvent', ...EXPLORER_MAIN],
  volumeOpen: [...nt('ObpCreateHandle', 'ObOpenObjectByNameEx', 'IopCreateFile', 'NtCreateFile'), ...OPEN_VOLUME],
  volumeReference: [
    ...nt('ObfReferenceObjectWithTag', 'IopParseDevice', 'ObOpenObjectByNameEx', 'IopCreateFile', 'NtCreateFile'),
    ...OPEN_VOLUME,
  ],
  volumeReferenceOpen: [
    ...nt('ObfReferenceObjectWithTag', 'ObOpenObjectByNameEx', 'IopCreateFile', 'NtCreateFile'),
    ...OPEN_VOLUME,
  ],
  volumeReferenceHandle: [
    ...nt('ObpReferenceObjectByHandleWithTag', 'ObOpenObjectByPointer', 'IopCreateFile', 'NtCreateFile'),
    ...OPEN_VOLUME,
  ],
  volumeReferenceIrp: [
    ...nt('ObfReferenceObjectWithTag', 'IopfCallDriver', 'IopCreateFile', 'NtCreateFile'),
    ...OPEN_VOLUME,
  ],
  volumeReferenceClose: [...nt('ObpReferenceObjectByHandleWithTag', 'ObpCloseHandle', 'NtClose'), ...CLOSE_VOLUME],
  volumeDereference: ['ntoskrnl.exe!ObfDereferenceObjectWithTag'],
  volumeClose: [...nt('ObCloseHandleTableEntry', 'ObpCloseHandle', 'NtClose'), ...CLOSE_VOLUME],

  // devenv.exe
  vsKey: [
    ...CALLS.openKey,
    ...of('devenv.exe', 'VsSettingsStore::OpenCollection', 'VsSettingsStore::GetString'),
    ...VS_MAIN,
  ],
  vsKeyClose: [...CALLS.closeKey, 'devenv.exe!VsSettingsStore::GetString', ...VS_MAIN],
  vsProject: [
    ...CALLS.createFile,
    ...of('devenv.exe', 'VsSolution::ReadProjectFile', 'VsSolution::LoadProject'),
    ...VS_WORKER,
  ],
  vsProjectClose: [
    ...CALLS.close,
    ...of('devenv.exe', 'VsSolution::ReadProjectFile', 'VsSolution::LoadProject'),
    ...VS_WORKER,
  ],
  vsWatch: [
    ...CALLS.createFile,
    ...of('devenv.exe', 'VsFileWatcher::Touch', 'VsFileWatcher::ThreadProc'),
    ...THREAD_BASE,
  ],
  vsWatchClose: [
    ...CALLS.close,
    ...of('devenv.exe', 'VsFileWatcher::Touch', 'VsFileWatcher::ThreadProc'),
    ...THREAD_BASE,
  ],
  vsLog: [...CALLS.createFile, 'devenv.exe!VsLog::OpenLogFile', ...VS_POOL],
  vsLogClose: [...CALLS.close, 'devenv.exe!VsLog::OpenLogFile', ...VS_POOL],
  vsSection: [...CALLS.createSection, ...of('devenv.exe', 'VsTextBuffer::MapFile', 'VsTextBuffer::Open'), ...VS_WORKER],
  vsSectionClose: [...CALLS.close, 'devenv.exe!VsTextBuffer::Open', ...VS_WORKER],
  vsEvent: [
    ...CALLS.createEvent,
    ...of('devenv.exe', 'VsServiceHost::NewRequest', 'VsServiceHost::Dispatch'),
    ...VS_POOL,
  ],
  vsEventClose: [...CALLS.close, 'devenv.exe!VsServiceHost::Dispatch', ...VS_POOL],
  vsDuplicate: [
    ...CALLS.duplicate,
    ...of('devenv.exe', 'VsServiceHost::SignalHost', 'VsServiceHost::Dispatch'),
    ...VS_POOL,
  ],
  vsMutant: [...CALLS.createMutant, 'devenv.exe!VsGate::Enter', ...VS_WORKER],
  vsMutantClose: [...CALLS.close, 'devenv.exe!VsGate::Enter', ...VS_WORKER],
  vsSemaphore: [...CALLS.createSemaphore, 'devenv.exe!VsBackgroundScheduler::WorkerProc', ...THREAD_BASE],
  vsSemaphoreClose: [...CALLS.close, 'devenv.exe!VsBackgroundScheduler::WorkerProc', ...THREAD_BASE],

  // MsMpEng.exe, svchost.exe, System
  scanFile: [...CALLS.createFile, 'MsMpEng.exe!ScanHost::OpenTarget', ...SCAN],
  scanSection: [...CALLS.createSection, 'MsMpEng.exe!ScanHost::OpenTarget', ...SCAN],
  scanMap: [
    ...nt('MiMapViewOfSection', 'NtMapViewOfSection'),
    'ntdll.dll!NtMapViewOfSection',
    'KernelBase.dll!MapViewOfFile',
    'MsMpEng.exe!ScanHost::MapWindow',
    ...SCAN,
  ],
  scanUnmap: [
    ...nt('MiUnmapViewOfSection', 'NtUnmapViewOfSection'),
    'ntdll.dll!NtUnmapViewOfSection',
    'KernelBase.dll!UnmapViewOfFile',
    'MsMpEng.exe!ScanHost::UnmapWindow',
    ...SCAN,
  ],
  scanClose: [...CALLS.close, 'MsMpEng.exe!ScanHost::OpenTarget', ...SCAN],
  brokerClose: [
    ...nt('ObCloseHandleTableEntry', 'ObDuplicateObject', 'NtDuplicateObject'),
    'ntdll.dll!NtDuplicateObject',
    'KernelBase.dll!DuplicateHandle',
    ...of('svchost.exe', 'BrokerService::TakeHandle', 'BrokerService::OnRequest', 'SvchostMain'),
    ...THREAD_BASE,
  ],
  systemClose: [
    ...of(
      'ntoskrnl.exe',
      'ObCloseHandleTableEntry',
      'ObpCloseHandle',
      'NtClose',
      'KiSystemServiceCopyEnd',
      'PopPowerRequestWorker',
    ),
    ...SYSTEM_WORKER,
  ],
} as const;

export type StackName = keyof typeof NAMED;

/** All stacks as lists of frames, for tests and documents. */
export const STACK_FRAMES = Object.fromEntries(
  Object.entries(NAMED).map(([name, frames]) => [name, frames.map((frame) => frame.replace(/\+0x[0-9a-f]+$/, ''))]),
) as unknown as Readonly<Record<StackName, readonly string[]>>;

const addresses = new Map<StackName, readonly bigint[]>();

/** The stack's addresses, leaf first: the same array each time. */
export function stackOf(name: StackName): readonly bigint[] {
  let stack = addresses.get(name);
  if (stack === undefined) {
    stack = NAMED[name].map(frameAddress);
    addresses.set(name, stack);
  }
  return stack;
}
