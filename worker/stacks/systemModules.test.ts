import { describe, expect, it } from 'vitest';
import { isSystemModule } from './systemModules.ts';

describe('isSystemModule', () => {
  it.each([
    'C:\\Windows\\System32\\ntdll.dll',
    'c:\\windows\\syswow64\\KERNELBASE.DLL',
    'D:\\WINNT\\system32\\ntdll.dll',
    'C:\\Windows\\WinSxS\\amd64_microsoft.windows.common-controls_6595b64144ccf1df\\comctl32.dll',
    'C:\\Windows\\System32\\drivers\\ntfs.sys',
    '\\Windows\\System32\\ntdll.dll',
    '\\Device\\HarddiskVolume3\\Windows\\System32\\ntdll.dll',
    '\\device\\harddiskvolume12\\WINDOWS\\SysWOW64\\wow64cpu.dll',
    '\\Device\\VhdHardDisk{1c1b9e3a-9c1e-4d8e-8a5e-3f1f2d3c4b5a}\\Windows\\System32\\ntdll.dll',
    '\\SystemRoot\\system32\\ntoskrnl.exe',
    '\\SystemRoot\\System32\\Drivers\\dump_storport.sys',
    '\\??\\C:\\Windows\\system32\\win32k.sys',
    '\\\\?\\C:\\Windows\\System32\\ntdll.dll',
    '\\\\?\\Volume{b75e2c83-0000-0000-0000-602f00000000}\\Windows\\System32\\ntdll.dll',
    'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll',
    '\\Device\\HarddiskVolume3\\Windows\\assembly\\NativeImages_v4.0.30319_64\\mscorlib\\a\\mscorlib.ni.dll',
    'C:\\Program Files\\dotnet\\shared\\Microsoft.NETCore.App\\8.0.4\\coreclr.dll',
    'C:\\Users\\me\\.dotnet\\shared\\Microsoft.AspNetCore.App\\8.0.4\\Microsoft.AspNetCore.dll',
  ])('%s is', (path) => {
    expect(isSystemModule(path)).toBe(true);
  });

  it.each([
    '',
    'ntdll.dll',
    'System32\\ntdll.dll',
    'C:\\Users\\me\\Windows\\System32\\tool.exe',
    '\\Device\\HarddiskVolume3\\Users\\me\\Windows\\System32\\tool.exe',
    '\\Device\\HarddiskVolume5\\Source\\HandleLeak\\x64\\Debug\\EventLeak.exe',
    'C:\\System32\\tool.exe',
    'C:\\Windows\\explorer.exe',
    'C:\\Windows\\System32.old\\x.dll',
    'C:\\build\\assembly\\x.dll',
    'C:\\Windows\\System32\\..\\..\\Tools\\x.dll',
    '\\Device\\Mup\\server\\System32\\x.dll',
    '\\\\server\\share\\System32\\x.dll',
    'C:\\Program Files\\dotnet\\shared\\MyCompany.Runtime\\x.dll',
    'C:\\Program Files\\dotnet\\dotnet.exe',
    'C:\\Tools\\SystemRoot\\x.dll',
  ])('%s is not', (path) => {
    expect(isSystemModule(path)).toBe(false);
  });
});
