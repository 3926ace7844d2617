/**
 * Which modules belong to Windows and its runtimes, by where they lie: "just my code" dims or folds their frames.
 */

/** What stands before the first folder: \??\C:\, \\?\C:\, C:\, \\?\Volume{…}\, \Device\HarddiskVolume3\, or nothing but a backslash. */
const VOLUME = String.raw`(?:(?:\\\?\?\\|\\\\[?.]\\)?(?:[a-z]:|volume\{[^\\]*\})|\\device\\(?!mup\\|lanmanredirector\\)[^\\]+)?\\`;

/** Windows can be installed under another name, but only in the root of a volume. */
const IN_WINDOWS_FOLDER = new RegExp(
  String.raw`^${VOLUME}(?:[^\\]+\\(?:system32|syswow64|sysarm32|winsxs)|win[^\\]*\\(?:microsoft\.net|assembly))\\`,
  'i',
);

/** The kernel's name of the Windows folder, with and without \??\. */
const IN_SYSTEM_ROOT = /^(?:\\\?\?)?\\systemroot\\/i;

/** Shared runtimes of .NET, wherever dotnet is installed: C:\Program Files\dotnet, C:\Users\me\.dotnet. */
const IN_DOTNET = /\\\.?dotnet\\shared\\microsoft\.[^\\]*\\/i;

/**
 * Whether a module is part of Windows or of a shared .NET runtime. `path`: as image events give it (NT device path) or as people know it
 * (drive letter), in any case. A bare file name tells nothing: false.
 */
export function isSystemModule(path: string): boolean {
  if (path.includes('\\..\\')) return false;
  return IN_SYSTEM_ROOT.test(path) || IN_WINDOWS_FOLDER.test(path) || IN_DOTNET.test(path);
}
