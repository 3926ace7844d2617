import type { ThemeName } from './themeStore.ts';

/**
 * Colours of object types: hues of the Okabe-Ito and Paul Tol sets, which people with any colour vision can tell apart, with
 * the lightness moved so that every one has at least 3:1 against its theme's lanes. Vermilion is left out: it is the leaks'.
 * The last slot is for "other".
 */
const TYPE_COLORS = {
  light: [
    '#0f6fb0',
    '#078a66',
    '#a07300',
    '#94499b',
    '#3d8fd1',
    '#8a7340',
    '#5f8500',
    '#4a3aa3',
    '#c05578',
    '#007f8c',
    '#8b5e3c',
    '#6b7785',
  ],
  dark: [
    '#52a9e3',
    '#2fc29a',
    '#dfb73c',
    '#c48bd8',
    '#93cdf7',
    '#d6c59b',
    '#a3c651',
    '#958ff2',
    '#ee94af',
    '#3cc2cf',
    '#c39a78',
    '#96a2b2',
  ],
} as const satisfies Record<ThemeName, readonly string[]>;

export const OTHER_SLOT = TYPE_COLORS.light.length - 1;

/** The kernel's common types have fixed colours, so that a type looks the same in every trace. */
const SLOTS: Record<string, number> = {
  event: 0,
  file: 1,
  key: 2,
  section: 3,
  mutant: 4,
  semaphore: 5,
  thread: 6,
  process: 7,
  token: 8,
  'alpc port': 9,
  directory: 10,
  mapping: 3,
  iocompletion: 9,
  timer: 6,
  etwregistration: 8,
  waitcompletionpacket: 4,
  other: OTHER_SLOT,
};

/** The palette slot of a type; types without a fixed one share the slots by a hash of their name. */
export function typeSlot(type: string): number {
  const name = type.toLowerCase();
  const known = SLOTS[name];
  if (known !== undefined) return known;
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  return hash % OTHER_SLOT;
}

export function typeColors(theme: ThemeName): readonly string[] {
  return TYPE_COLORS[theme];
}

export function typeColor(theme: ThemeName, type: string): string {
  return TYPE_COLORS[theme][typeSlot(type)];
}

/** The other colours of the canvas; the page's are CSS variables (theme.css), these are the same values where they meet. */
export interface LanePalette {
  background: string;
  processRow: string;
  typeRow: string;
  line: string;
  grid: string;
  /** area of outstanding handles in process rows */
  area: string;
  ink: string;
  faintInk: string;
  leak: string;
  /** strokes of the hatch on leaks, drawn over the type's colour */
  hatch: string;
  rundown: string;
  rundownInk: string;
  selection: string;
  selectedRow: string;
  hover: string;
  types: readonly string[];
}

const LANES = {
  light: {
    background: '#ffffff',
    processRow: '#eef2f6',
    typeRow: '#f7f9fb',
    line: '#e2e8ee',
    grid: '#eef1f4',
    area: '#7d93aa',
    ink: '#16202b',
    faintInk: '#5a6876',
    leak: '#c4320a',
    hatch: 'rgba(255,255,255,0.82)',
    rundown: 'rgba(96,110,128,0.13)',
    rundownInk: '#55626f',
    selection: '#0b1722',
    selectedRow: 'rgba(15,111,176,0.10)',
    hover: 'rgba(11,23,34,0.55)',
  },
  dark: {
    background: '#12161c',
    processRow: '#1d242d',
    typeRow: '#171c24',
    line: '#262e39',
    grid: '#1b212a',
    area: '#6f8299',
    ink: '#e8edf3',
    faintInk: '#94a3b4',
    leak: '#ff7d52',
    hatch: 'rgba(10,13,18,0.72)',
    rundown: 'rgba(160,178,200,0.13)',
    rundownInk: '#a3b1c1',
    selection: '#ffffff',
    selectedRow: 'rgba(82,169,227,0.16)',
    hover: 'rgba(255,255,255,0.6)',
  },
} as const satisfies Record<ThemeName, Omit<LanePalette, 'types'>>;

const PALETTES: Record<ThemeName, LanePalette> = {
  light: { ...LANES.light, types: TYPE_COLORS.light },
  dark: { ...LANES.dark, types: TYPE_COLORS.dark },
};

export function lanePalette(theme: ThemeName): LanePalette {
  return PALETTES[theme];
}
