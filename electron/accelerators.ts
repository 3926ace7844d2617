/** Names that Electron has for the keys of the web. */
const KEY_NAMES: Record<string, string> = {
  Ctrl: 'CmdOrCtrl',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  Escape: 'Esc',
};

/**
 * A key of the renderer's registry ("Ctrl+Shift+P", "Alt+ArrowLeft", "N") as Electron writes it. Undefined for one that the
 * menu must not have: a Mac's menu always takes its keys for itself, letters that are typed and undo in a text box as well.
 */
export function acceleratorOf(key: string | undefined, platform: NodeJS.Platform): string | undefined {
  if (key === undefined) return undefined;
  if (platform === 'darwin' && (!/^(Ctrl|Alt)\+/.test(key) || TEXT_BOX_KEYS.test(key))) return undefined;
  return key
    .split('+')
    .map((part) => KEY_NAMES[part] ?? part)
    .join('+');
}

const TEXT_BOX_KEYS = /^(Ctrl\+(Shift\+)?Z|Alt\+Arrow)/;
