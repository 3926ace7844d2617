/**
 * The modules of the sample and their functions. Every stack of the sample is made of these functions, and every address lies inside the
 * function that it is named after: a stub PDB with the functions of a module at these RVAs, under the module's GUID and age, makes a viewer
 * show exactly these names. The layout is made up; names and order of the frames are those of seed/screens.md where that shows them.
 */
export interface ModuleSymbol {
  /** file name, as in `module!function` */
  name: string;
  /** NT path in image events */
  file: string;
  base: bigint;
  size: number;
  /** PE time stamp */
  timeStamp: number;
  checksum: number;
  /** name that the linker wrote into the image: a path for the program built at home, a bare name for shipped ones */
  pdb: string;
  guid: string;
  age: number;
  description: string;
  fileVersion: string;
  product: string;
  productVersion: string;
  company: string;
  /** its PDB has procedures besides public symbols, as the PDB of a program built at home has; default false */
  hasProcedures?: boolean;
}

export interface FunctionSymbol {
  module: string;
  /** undecorated, without parameters */
  name: string;
  /** offset from the module's base */
  rva: number;
  /** bytes */
  size: number;
}

const SYSTEM32 = '\\Device\\HarddiskVolume3\\Windows\\System32\\';
const WINDOWS = {
  product: 'Microsoft® Windows® Operating System',
  productVersion: '10.0.19041.4291',
  fileVersion: '10.0.19041.4291 (WinBuild.160101.0800)',
  company: 'Microsoft Corporation',
} as const;

export const MODULES: readonly ModuleSymbol[] = [
  {
    name: 'ntoskrnl.exe',
    file: '\\SystemRoot\\system32\\ntoskrnl.exe',
    base: 0xfffff8056a400000n,
    size: 0x1046000,
    timeStamp: 0x8f0be9c4,
    checksum: 0xa6da1c,
    pdb: 'ntkrnlmp.pdb',
    guid: 'c41e7a95-03fd-4b68-9e27-d6a0581b3f7c',
    age: 1,
    description: 'NT Kernel & System',
    ...WINDOWS,
  },
  {
    name: 'ntdll.dll',
    file: `${SYSTEM32}ntdll.dll`,
    base: 0x7ffd80c30000n,
    size: 0x1f8000,
    timeStamp: 0x1cd7b4fd,
    checksum: 0x1f58f2,
    pdb: 'ntdll.pdb',
    guid: '7ca6f4ab-9af2-04d0-b2b9-f8a1bbc0e2d4',
    age: 1,
    description: 'NT Layer DLL',
    ...WINDOWS,
  },
  {
    name: 'KernelBase.dll',
    file: `${SYSTEM32}KernelBase.dll`,
    base: 0x7ffd7e3a0000n,
    size: 0x2f6000,
    timeStamp: 0x2b1e5e53,
    checksum: 0x2f8cde,
    pdb: 'kernelbase.pdb',
    guid: 'e3c4d9a1-40e8-9d3f-51b7-0f2a8d76c3e5',
    age: 1,
    description: 'Windows NT BASE API Client DLL',
    ...WINDOWS,
  },
  {
    name: 'kernel32.dll',
    file: `${SYSTEM32}kernel32.dll`,
    base: 0x7ffd7fa50000n,
    size: 0xbf000,
    timeStamp: 0x59bb4d2e,
    checksum: 0xc9a7e,
    pdb: 'kernel32.pdb',
    guid: '1b7f20c4-d3a6-8e51-ab94-6c0e7f35d812',
    age: 1,
    description: 'Windows NT BASE API Client DLL',
    ...WINDOWS,
  },
  {
    name: 'ucrtbased.dll',
    file: `${SYSTEM32}ucrtbased.dll`,
    base: 0x7ffcf0a10000n,
    size: 0x224000,
    timeStamp: 0x61c0f25b,
    checksum: 0x21d9a4,
    pdb: 'ucrtbased.amd64.pdb',
    guid: '90d2a8e7-5f41-3c6b-87ee-24b1d09a53f6',
    age: 1,
    hasProcedures: true,
    description: 'Microsoft® C Runtime Library',
    ...WINDOWS,
  },
  {
    name: 'EventLeak.exe',
    file: '\\Device\\HarddiskVolume5\\Source\\HandleLeak\\x64\\Debug\\EventLeak.exe',
    base: 0x7ff7a1230000n,
    size: 0x2b000,
    timeStamp: 0x663de2a7,
    checksum: 0,
    pdb: 'D:\\Source\\HandleLeak\\x64\\Debug\\EventLeak.pdb',
    guid: '4f0d6a3b-2c95-4e17-9b60-7d1c85e2f3a8',
    age: 3,
    hasProcedures: true,
    description: '',
    fileVersion: '',
    product: '',
    productVersion: '',
    company: '',
  },
  {
    name: 'cmd.exe',
    file: `${SYSTEM32}cmd.exe`,
    base: 0x7ff6e8c50000n,
    size: 0x67000,
    timeStamp: 0x3f8ae1cf,
    checksum: 0x53e2d,
    pdb: 'cmd.pdb',
    guid: '6b9e13d5-78fa-2046-c1d8-93a5b70f4e21',
    age: 1,
    description: 'Windows Command Processor',
    ...WINDOWS,
  },
  {
    name: 'explorer.exe',
    file: '\\Device\\HarddiskVolume3\\Windows\\explorer.exe',
    base: 0x7ff64d7e0000n,
    size: 0x4c6000,
    timeStamp: 0x6d2b91e8,
    checksum: 0x4d1f60,
    pdb: 'explorer.pdb',
    guid: 'd82f5b07-1e6c-a394-0f7b-c649e3d5a218',
    age: 1,
    description: 'Windows Explorer',
    ...WINDOWS,
  },
  {
    name: 'devenv.exe',
    file: '\\Device\\HarddiskVolume3\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\Common7\\IDE\\devenv.exe',
    base: 0x7ff75f0a0000n,
    size: 0xd4000,
    timeStamp: 0x66213c9a,
    checksum: 0xcf0a1,
    pdb: 'devenv.pdb',
    guid: '2ac7e190-84d3-4b5f-96e1-0d37f8b26c54',
    age: 1,
    description: 'Microsoft Visual Studio 2022',
    fileVersion: '17.9.34728.123 built by: D17.9',
    product: 'Microsoft Visual Studio',
    productVersion: '17.9.34728.123',
    company: 'Microsoft Corporation',
  },
  {
    name: 'ZSATunnel.exe',
    file: '\\Device\\HarddiskVolume3\\Program Files (x86)\\Zscaler\\ZSATunnel\\ZSATunnel.exe',
    base: 0x7ff6b1d20000n,
    size: 0x34e000,
    timeStamp: 0x65e0a4d1,
    checksum: 0x33c7f5,
    pdb: 'ZSATunnel.pdb',
    guid: 'b5e3460f-d917-4c28-8a73-51f09e6cd2b4',
    age: 1,
    hasProcedures: true,
    description: 'ZscalerTunnel',
    fileVersion: '4.3.0.161',
    product: 'Zscaler',
    productVersion: '4.3.0.161',
    company: 'Zscaler Inc.',
  },
  {
    name: 'ZSATrayManager.exe',
    file: '\\Device\\HarddiskVolume3\\Program Files (x86)\\Zscaler\\ZSATrayManager\\ZSATrayManager.exe',
    base: 0x7ff7c5860000n,
    size: 0xc8000,
    timeStamp: 0x65e0a4e6,
    checksum: 0xd10b3,
    pdb: 'ZSATrayManager.pdb',
    guid: '73a1d8c2-60be-4f95-b1d4-e82c0f76a93d',
    age: 1,
    hasProcedures: true,
    description: 'ZscalerTrayManager',
    fileVersion: '4.3.0.161',
    product: 'Zscaler',
    productVersion: '4.3.0.161',
    company: 'Zscaler Inc.',
  },
  {
    name: 'MsMpEng.exe',
    file: '\\Device\\HarddiskVolume3\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24030.9-0\\MsMpEng.exe',
    base: 0x7ff70b8e0000n,
    size: 0x25000,
    timeStamp: 0x5a7c90b3,
    checksum: 0x2c4f9,
    pdb: 'MsMpEng.pdb',
    guid: '0ce84f7d-b236-9a15-e40c-7f52d1b863a9',
    age: 1,
    description: 'Antimalware Service Executable',
    fileVersion: '4.18.24030.9 (1e7f2b0a4d6c5e8f)',
    product: WINDOWS.product,
    productVersion: '4.18.24030.9',
    company: WINDOWS.company,
  },
  {
    name: 'svchost.exe',
    file: `${SYSTEM32}svchost.exe`,
    base: 0x7ff62a710000n,
    size: 0x11000,
    timeStamp: 0x4c19d7a0,
    checksum: 0x1734e,
    pdb: 'svchost.pdb',
    guid: 'f19d2c60-a84e-73b5-2dc7-05e6b391f84a',
    age: 1,
    description: 'Host Process for Windows Services',
    ...WINDOWS,
  },
];

export const FUNCTIONS: readonly FunctionSymbol[] = [
  { module: 'ntoskrnl.exe', name: 'ObpCreateHandle', rva: 0x2052e0, size: 0xe0 },
  { module: 'ntoskrnl.exe', name: 'ObInsertObjectEx', rva: 0x232510, size: 0x310 },
  { module: 'ntoskrnl.exe', name: 'ObOpenObjectByNameEx', rva: 0x258c50, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'ObOpenObjectByPointer', rva: 0x291230, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ObDuplicateObject', rva: 0x2b1810, size: 0x130 },
  { module: 'ntoskrnl.exe', name: 'NtDuplicateObject', rva: 0x2e5530, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'NtCreateEvent', rva: 0x3168e0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'NtCreateMutant', rva: 0x3376f0, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'NtCreateSemaphore', rva: 0x361600, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'NtCreateSection', rva: 0x392b00, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'NtCreateFile', rva: 0x3bbd90, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'IopCreateFile', rva: 0x3ecd10, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'IopParseDevice', rva: 0x410f20, size: 0x4c0 },
  { module: 'ntoskrnl.exe', name: 'IopfCallDriver', rva: 0x4450c0, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'ObpReferenceObjectByHandleWithTag', rva: 0x46b920, size: 0x310 },
  { module: 'ntoskrnl.exe', name: 'ObfReferenceObjectWithTag', rva: 0x49e090, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ObfDereferenceObjectWithTag', rva: 0x4c0fd0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'NtOpenKeyEx', rva: 0x4f55e0, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'CmOpenKey', rva: 0x518cb0, size: 0xe0 },
  { module: 'ntoskrnl.exe', name: 'NtTraceControl', rva: 0x544be0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'EtwpRegisterUMGuid', rva: 0x57dbc0, size: 0xe0 },
  { module: 'ntoskrnl.exe', name: 'NtCreateThreadEx', rva: 0x5a0a20, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'PspCreateThread', rva: 0x5ca4e0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'PspInsertThread', rva: 0x5f5e20, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'NtClose', rva: 0x624ef0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ObCloseHandleTableEntry', rva: 0x6590e0, size: 0x310 },
  { module: 'ntoskrnl.exe', name: 'ObpCloseHandle', rva: 0x67ae40, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'ExSweepHandleTable', rva: 0x6ad4e0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ObKillProcess', rva: 0x6da380, size: 0xe0 },
  { module: 'ntoskrnl.exe', name: 'PspRundownSingleProcess', rva: 0x701f50, size: 0x90 },
  { module: 'ntoskrnl.exe', name: 'PspExitThread', rva: 0x730c30, size: 0x310 },
  { module: 'ntoskrnl.exe', name: 'NtTerminateProcess', rva: 0x755010, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'KiSystemServiceCopyEnd', rva: 0x780f40, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ExpDuplicateSingleHandle', rva: 0x7af4b0, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'ExDupHandleTable', rva: 0x7e2e20, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ObInitProcess', rva: 0x80ad70, size: 0x4c0 },
  { module: 'ntoskrnl.exe', name: 'PspAllocateProcess', rva: 0x835060, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'NtCreateUserProcess', rva: 0x8655e0, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'PspInsertProcess', rva: 0x88dc90, size: 0x130 },
  { module: 'ntoskrnl.exe', name: 'MiMapViewOfSection', rva: 0x8b7f90, size: 0x4c0 },
  { module: 'ntoskrnl.exe', name: 'NtMapViewOfSection', rva: 0x8e2e00, size: 0x310 },
  { module: 'ntoskrnl.exe', name: 'MiUnmapViewOfSection', rva: 0x9187a0, size: 0xe0 },
  { module: 'ntoskrnl.exe', name: 'NtUnmapViewOfSection', rva: 0x9394f0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'ExpWorkerThread', rva: 0x968cd0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'PspSystemThreadStartup', rva: 0x997eb0, size: 0x130 },
  { module: 'ntoskrnl.exe', name: 'KiStartSystemThread', rva: 0x9c7ab0, size: 0x1a0 },
  { module: 'ntoskrnl.exe', name: 'PopPowerRequestWorker', rva: 0x9ec9b0, size: 0x240 },
  { module: 'ntoskrnl.exe', name: 'IopLoadUnloadDriver', rva: 0xa152b0, size: 0x90 },
  { module: 'ntdll.dll', name: 'RtlUserThreadStart', rva: 0x20180, size: 0x1a0 },
  { module: 'ntdll.dll', name: 'NtCreateEvent', rva: 0x30b80, size: 0x4c0 },
  { module: 'ntdll.dll', name: 'NtCreateMutant', rva: 0x45890, size: 0xe0 },
  { module: 'ntdll.dll', name: 'NtCreateSemaphore', rva: 0x5a1c0, size: 0x1a0 },
  { module: 'ntdll.dll', name: 'NtCreateSection', rva: 0x69e90, size: 0x310 },
  { module: 'ntdll.dll', name: 'NtCreateFile', rva: 0x7d9e0, size: 0x4c0 },
  { module: 'ntdll.dll', name: 'NtOpenKeyEx', rva: 0x94dd0, size: 0x240 },
  { module: 'ntdll.dll', name: 'NtTraceControl', rva: 0xaa1c0, size: 0x4c0 },
  { module: 'ntdll.dll', name: 'NtCreateThreadEx', rva: 0xb9b50, size: 0x130 },
  { module: 'ntdll.dll', name: 'NtClose', rva: 0xd0290, size: 0x130 },
  { module: 'ntdll.dll', name: 'NtDuplicateObject', rva: 0xe2c10, size: 0x1a0 },
  { module: 'ntdll.dll', name: 'ZwCreateUserProcess', rva: 0xf6090, size: 0x4c0 },
  { module: 'ntdll.dll', name: 'NtTerminateProcess', rva: 0x108720, size: 0x90 },
  { module: 'ntdll.dll', name: 'NtMapViewOfSection', rva: 0x118f20, size: 0x130 },
  { module: 'ntdll.dll', name: 'NtUnmapViewOfSection', rva: 0x12f640, size: 0x310 },
  { module: 'ntdll.dll', name: 'EtwNotificationRegister', rva: 0x1444f0, size: 0x90 },
  { module: 'ntdll.dll', name: 'EtwEventRegister', rva: 0x152e20, size: 0x310 },
  { module: 'ntdll.dll', name: 'TppWorkerThread', rva: 0x16b690, size: 0x130 },
  { module: 'ntdll.dll', name: 'TppWorkpExecuteCallback', rva: 0x17e600, size: 0x240 },
  { module: 'ntdll.dll', name: 'TppSimplepExecuteCallback', rva: 0x1920c0, size: 0x4c0 },
  { module: 'KernelBase.dll', name: 'CreateEventW', rva: 0x19210, size: 0x130 },
  { module: 'KernelBase.dll', name: 'CreateMutexExW', rva: 0x46570, size: 0x1a0 },
  { module: 'KernelBase.dll', name: 'CreateSemaphoreExW', rva: 0x6e720, size: 0x130 },
  { module: 'KernelBase.dll', name: 'CreateFileMappingW', rva: 0x8cfc0, size: 0x1a0 },
  { module: 'KernelBase.dll', name: 'CreateFileInternal', rva: 0xbb2f0, size: 0xe0 },
  { module: 'KernelBase.dll', name: 'CreateFileW', rva: 0xe8260, size: 0x90 },
  { module: 'KernelBase.dll', name: 'RegOpenKeyExInternalW', rva: 0x10f260, size: 0x90 },
  { module: 'KernelBase.dll', name: 'RegOpenKeyExW', rva: 0x1339d0, size: 0x4c0 },
  { module: 'KernelBase.dll', name: 'RegCloseKey', rva: 0x15d990, size: 0xe0 },
  { module: 'KernelBase.dll', name: 'LocalBaseRegOpenKey', rva: 0x18db00, size: 0xe0 },
  { module: 'KernelBase.dll', name: 'CloseHandle', rva: 0x1b11d0, size: 0x1a0 },
  { module: 'KernelBase.dll', name: 'DuplicateHandle', rva: 0x1db910, size: 0x90 },
  { module: 'KernelBase.dll', name: 'CreateRemoteThreadEx', rva: 0x1ff290, size: 0x1a0 },
  { module: 'KernelBase.dll', name: 'CreateProcessInternalW', rva: 0x22bcd0, size: 0x240 },
  { module: 'KernelBase.dll', name: 'MapViewOfFile', rva: 0x252b20, size: 0xe0 },
  { module: 'KernelBase.dll', name: 'UnmapViewOfFile', rva: 0x2843b0, size: 0x1a0 },
  { module: 'kernel32.dll', name: 'BaseThreadInitThunk', rva: 0x19cd0, size: 0x130 },
  { module: 'kernel32.dll', name: 'CreateThread', rva: 0x414d0, size: 0x1a0 },
  { module: 'kernel32.dll', name: 'CreateProcessW', rva: 0x60bd0, size: 0x310 },
  { module: 'ucrtbased.dll', name: 'thread_start<unsigned int (__cdecl*)(void *),1>', rva: 0x38b20, size: 0xe0 },
  { module: 'ucrtbased.dll', name: '_beginthreadex', rva: 0x107510, size: 0x90 },
  { module: 'EventLeak.exe', name: 'EventManager::CreateEventW', rva: 0x11160, size: 0xe0 },
  { module: 'EventLeak.exe', name: 'EventManager::GetOrCreateEvent', rva: 0x11dd0, size: 0x310 },
  { module: 'EventLeak.exe', name: 'EventManager::~EventManager', rva: 0x129d0, size: 0x90 },
  { module: 'EventLeak.exe', name: 'EventConsumer::GetAndSignal', rva: 0x137e0, size: 0x4c0 },
  { module: 'EventLeak.exe', name: "`main'::`4'::<lambda_1>::operator()", rva: 0x14170, size: 0x130 },
  { module: 'EventLeak.exe', name: "std::invoke<`main'::`4'::<lambda_1> >", rva: 0x14e40, size: 0x90 },
  {
    module: 'EventLeak.exe',
    name: "std::thread::_Invoke<std::tuple<`main'::`4'::<lambda_1> >,0>",
    rva: 0x15920,
    size: 0x1a0,
  },
  { module: 'EventLeak.exe', name: "std::thread::_Start<`main'::`4'::<lambda_1> &>", rva: 0x166f0, size: 0x240 },
  { module: 'EventLeak.exe', name: 'std::thread::join', rva: 0x17280, size: 0xe0 },
  { module: 'EventLeak.exe', name: 'main', rva: 0x17c60, size: 0x1a0 },
  { module: 'EventLeak.exe', name: 'invoke_main', rva: 0x18b20, size: 0x1a0 },
  { module: 'EventLeak.exe', name: '__scrt_common_main_seh', rva: 0x19730, size: 0x1a0 },
  { module: 'cmd.exe', name: 'ExecPgm', rva: 0x2350, size: 0x1a0 },
  { module: 'cmd.exe', name: 'ECWork', rva: 0x8040, size: 0x1a0 },
  { module: 'cmd.exe', name: 'ExtCom', rva: 0xb9f0, size: 0xe0 },
  { module: 'cmd.exe', name: 'FindFixAndRun', rva: 0x10620, size: 0xe0 },
  { module: 'cmd.exe', name: 'Dispatch', rva: 0x15e10, size: 0xe0 },
  { module: 'cmd.exe', name: 'main', rva: 0x19f80, size: 0x130 },
  { module: 'cmd.exe', name: '__mainCRTStartup', rva: 0x1fb30, size: 0x90 },
  { module: 'cmd.exe', name: 'WaitProc', rva: 0x23740, size: 0x90 },
  { module: 'explorer.exe', name: 'CTaskBand::_RegisterUsageTelemetry', rva: 0x1d110, size: 0xe0 },
  { module: 'explorer.exe', name: 'CTaskBand::_HandleShellHook', rva: 0x44cb0, size: 0x90 },
  { module: 'explorer.exe', name: 'CTaskBand::v_WndProc', rva: 0x6a3d0, size: 0x240 },
  { module: 'explorer.exe', name: 'CImpWndProc::s_WndProc', rva: 0x8d0a0, size: 0x90 },
  { module: 'explorer.exe', name: 'CTray::_MessageLoop', rva: 0xb82b0, size: 0x240 },
  { module: 'explorer.exe', name: 'CTray::MainThreadProc', rva: 0xe3120, size: 0xe0 },
  { module: 'explorer.exe', name: 'CTrayNotify::_CreateIconEvent', rva: 0x10f690, size: 0x130 },
  { module: 'explorer.exe', name: 'CTrayNotify::_OnIconChanged', rva: 0x133080, size: 0x240 },
  { module: 'explorer.exe', name: 'CTrayNotify::v_WndProc', rva: 0x15b820, size: 0x1a0 },
  { module: 'explorer.exe', name: 'CShellLink::_ReadPerUserKey', rva: 0x17fdc0, size: 0x90 },
  { module: 'explorer.exe', name: 'CShellLink::Resolve', rva: 0x1ade90, size: 0x1a0 },
  { module: 'explorer.exe', name: 'CIconCache::_OpenIconFile', rva: 0x1d6000, size: 0x1a0 },
  { module: 'explorer.exe', name: 'CIconCache::LoadIcon', rva: 0x1fb830, size: 0x90 },
  { module: 'explorer.exe', name: 'CVolumeWatcher::QueryVolume', rva: 0x2210a0, size: 0x90 },
  { module: 'explorer.exe', name: 'CVolumeWatcher::ThreadProc', rva: 0x252f00, size: 0x130 },
  { module: 'explorer.exe', name: 'CDesktopBroker::ShareEvent', rva: 0x27b000, size: 0x130 },
  { module: 'explorer.exe', name: 'SHProcessMessages', rva: 0x29f060, size: 0x4c0 },
  { module: 'explorer.exe', name: 'wWinMain', rva: 0x2caa60, size: 0xe0 },
  { module: 'explorer.exe', name: '__scrt_common_main_seh', rva: 0x2f00c0, size: 0x90 },
  { module: 'devenv.exe', name: 'VsSolution::LoadProject', rva: 0x6d20, size: 0x240 },
  { module: 'devenv.exe', name: 'VsSolution::ReadProjectFile', rva: 0x10000, size: 0xe0 },
  { module: 'devenv.exe', name: 'VsSettingsStore::OpenCollection', rva: 0x19df0, size: 0x240 },
  { module: 'devenv.exe', name: 'VsSettingsStore::GetString', rva: 0x1fc60, size: 0x4c0 },
  { module: 'devenv.exe', name: 'VsBackgroundScheduler::RunTask', rva: 0x2a550, size: 0x130 },
  { module: 'devenv.exe', name: 'VsBackgroundScheduler::WorkerProc', rva: 0x33590, size: 0x4c0 },
  { module: 'devenv.exe', name: 'VsFileWatcher::Touch', rva: 0x39b20, size: 0x310 },
  { module: 'devenv.exe', name: 'VsFileWatcher::ThreadProc', rva: 0x42ee0, size: 0x240 },
  { module: 'devenv.exe', name: 'VsTextBuffer::MapFile', rva: 0x4be90, size: 0xe0 },
  { module: 'devenv.exe', name: 'VsTextBuffer::Open', rva: 0x546b0, size: 0x4c0 },
  { module: 'devenv.exe', name: 'VsServiceHost::NewRequest', rva: 0x5c720, size: 0x240 },
  { module: 'devenv.exe', name: 'VsServiceHost::SignalHost', rva: 0x66460, size: 0x4c0 },
  { module: 'devenv.exe', name: 'VsServiceHost::Dispatch', rva: 0x6ead0, size: 0x130 },
  { module: 'devenv.exe', name: 'VsGate::Enter', rva: 0x77c40, size: 0xe0 },
  { module: 'devenv.exe', name: 'VsLog::OpenLogFile', rva: 0x803a0, size: 0x4c0 },
  { module: 'devenv.exe', name: 'VsMain', rva: 0x871c0, size: 0x4c0 },
  { module: 'devenv.exe', name: 'wWinMain', rva: 0x8fd80, size: 0x4c0 },
  { module: 'devenv.exe', name: '__scrt_common_main_seh', rva: 0x990b0, size: 0x310 },
  { module: 'ZSATunnel.exe', name: 'CTunnelKeepAlive::SendProbe', rva: 0x10410, size: 0xe0 },
  { module: 'ZSATunnel.exe', name: 'CTunnelKeepAlive::StartProbeThread', rva: 0x58be0, size: 0x1a0 },
  { module: 'ZSATunnel.exe', name: 'CTunnelKeepAlive::TimerProc', rva: 0x92bd0, size: 0x310 },
  { module: 'ZSATunnel.exe', name: 'CPacketSocket::Open', rva: 0xc7780, size: 0x90 },
  { module: 'ZSATunnel.exe', name: 'CPacketSocket::Close', rva: 0x10eaa0, size: 0x1a0 },
  { module: 'ZSATunnel.exe', name: 'CTunnelSession::WaitForReply', rva: 0x14d330, size: 0xe0 },
  { module: 'ZSATunnel.exe', name: 'CTunnelSession::RunLoop', rva: 0x197740, size: 0x130 },
  { module: 'ZSATunnel.exe', name: 'CTunnelService::ServiceMain', rva: 0x1d1950, size: 0x4c0 },
  { module: 'ZSATunnel.exe', name: 'CTunnelProbe::ThreadMain', rva: 0x20da30, size: 0x130 },
  { module: 'ZSATunnel.exe', name: 'std::thread::_Invoke<CTunnelProbe,0>', rva: 0x244360, size: 0xe0 },
  { module: 'ZSATunnel.exe', name: 'CTrayChannel::ReceiveSection', rva: 0x284150, size: 0xe0 },
  { module: 'ZSATrayManager.exe', name: 'CTrayChannel::SendStatus', rva: 0xb850, size: 0xe0 },
  { module: 'ZSATrayManager.exe', name: 'CTrayChannel::PublishSection', rva: 0x25670, size: 0xe0 },
  { module: 'ZSATrayManager.exe', name: 'CTrayManager::RunLoop', rva: 0x43b80, size: 0x240 },
  { module: 'ZSATrayManager.exe', name: 'wWinMain', rva: 0x58070, size: 0x1a0 },
  { module: 'ZSATrayManager.exe', name: '__scrt_common_main_seh', rva: 0x79810, size: 0x4c0 },
  { module: 'MsMpEng.exe', name: 'ScanHost::OpenTarget', rva: 0x52b0, size: 0x4c0 },
  { module: 'MsMpEng.exe', name: 'ScanHost::MapWindow', rva: 0x90a0, size: 0x1a0 },
  { module: 'MsMpEng.exe', name: 'ScanHost::UnmapWindow', rva: 0xcff0, size: 0x1a0 },
  { module: 'MsMpEng.exe', name: 'ScanHost::ScanStream', rva: 0x10c10, size: 0x1a0 },
  { module: 'MsMpEng.exe', name: 'ScanHost::WorkerProc', rva: 0x14dd0, size: 0x90 },
  { module: 'svchost.exe', name: 'SvchostMain', rva: 0x2b80, size: 0x1a0 },
  { module: 'svchost.exe', name: 'BrokerService::TakeHandle', rva: 0x4cb0, size: 0x1a0 },
  { module: 'svchost.exe', name: 'BrokerService::OnRequest', rva: 0x7680, size: 0x90 },
];

const modules = new Map(MODULES.map((module) => [module.name, module]));
const functions = new Map(FUNCTIONS.map((f) => [`${f.module}!${f.name}`, f]));

export function moduleNamed(name: string): ModuleSymbol {
  const module = modules.get(name);
  if (module === undefined) throw new Error(`the sample has no module ${name}`);
  return module;
}

/** Address of a frame, {@link frameRva} in the image of the module. */
export function frameAddress(frame: string): bigint {
  return moduleNamed(frame.slice(0, frame.indexOf('!'))).base + BigInt(frameRva(frame));
}

/**
 * Offset of a frame "module!function" in its module: behind a call somewhere inside the function, the same one each time.
 * "module!function+0x1c" names the place itself.
 */
export function frameRva(frame: string): number {
  const place = /^(.*)\+0x([0-9a-f]+)$/.exec(frame);
  const name = place?.[1] ?? frame;
  const f = functions.get(name);
  if (f === undefined) throw new Error(`the sample has no function ${name}`);
  const offset = place?.[2] === undefined ? callSite(name, f.size) : parseInt(place[2], 16);
  if (offset >= f.size) throw new Error(`${frame} is outside its function`);
  return f.rva + offset;
}

/** A place in the function, away from its ends, that depends on nothing but the name. */
function callSite(name: string, size: number): number {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619) >>> 0;
  return 0x10 + (hash % (size - 0x20));
}
