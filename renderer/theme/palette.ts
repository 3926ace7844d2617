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
  contrast: [
    '#6ec1ff',
    '#3fe0b4',
    '#ffd94a',
    '#df9cf5',
    '#b0dcff',
    '#ecd9a8',
    '#bfe85f',
    '#b3adff',
    '#ffa9c4',
    '#4fe3f0',
    '#e0b48f',
    '#c4ced9',
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
  return SLOTS[name] ?? hashedSlot(name);
}

/**
 * Slots of values that have no fixed colour (processes, stacks), the most important first: as long as there are colours every value
 * has its own, and mostly the same one in whatever list it stands. The rest, and "other", share the last slot.
 */
export function slotsOfValues(values: readonly string[]): number[] {
  const taken = new Set<number>();
  return values.map((value) => {
    if (value === 'other' || taken.size === OTHER_SLOT) return OTHER_SLOT;
    let slot = hashedSlot(value);
    while (taken.has(slot)) slot = (slot + 1) % OTHER_SLOT;
    taken.add(slot);
    return slot;
  });
}

function hashedSlot(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  return hash % OTHER_SLOT;
}

export function typeColors(theme: ThemeName): readonly string[] {
  return TYPE_COLORS[theme];
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
  /** stretches in which events were lost, and their edges */
  lost: string;
  lostEdge: string;
  /** rows that have the searched text, and the mark at their edge */
  hitRow: string;
  hitEdge: string;
  /** the stretch selected on the ruler, its edges, and the user's marks */
  range: string;
  accent: string;
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
    lost: 'rgba(179,45,8,0.10)',
    lostEdge: '#b32d08',
    hitRow: 'rgba(222,168,0,0.20)',
    hitEdge: '#8a6100',
    range: 'rgba(15,111,176,0.12)',
    accent: '#0f6fb0',
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
    lost: 'rgba(255,143,105,0.14)',
    lostEdge: '#ff8f69',
    hitRow: 'rgba(240,196,99,0.18)',
    hitEdge: '#f0c463',
    range: 'rgba(82,169,227,0.17)',
    accent: '#52a9e3',
    selection: '#ffffff',
    selectedRow: 'rgba(82,169,227,0.16)',
    hover: 'rgba(255,255,255,0.6)',
  },
  contrast: {
    background: '#000000',
    processRow: '#1a1a1a',
    typeRow: '#0d0d0d',
    line: '#7a7a7a',
    grid: '#333333',
    area: '#bdbdbd',
    ink: '#ffffff',
    faintInk: '#e0e0e0',
    leak: '#ff9a5c',
    hatch: 'rgba(0,0,0,0.85)',
    rundown: 'rgba(255,255,255,0.2)',
    rundownInk: '#ffffff',
    lost: 'rgba(255,154,92,0.28)',
    lostEdge: '#ff9a5c',
    hitRow: 'rgba(255,217,74,0.28)',
    hitEdge: '#ffd94a',
    range: 'rgba(110,193,255,0.3)',
    accent: '#6ec1ff',
    selection: '#ffff00',
    selectedRow: 'rgba(255,255,0,0.22)',
    hover: 'rgba(255,255,255,0.85)',
  },
} as const satisfies Record<ThemeName, Omit<LanePalette, 'types'>>;

const PALETTES: Record<ThemeName, LanePalette> = {
  light: { ...LANES.light, types: TYPE_COLORS.light },
  dark: { ...LANES.dark, types: TYPE_COLORS.dark },
  contrast: { ...LANES.contrast, types: TYPE_COLORS.contrast },
};

export function lanePalette(theme: ThemeName): LanePalette {
  return PALETTES[theme];
}

/** The palette where the system replaces all colours (forced colours): grounds, lines and inks are the system's own. */
export function forcedPalette(theme: ThemeName): LanePalette {
  return {
    ...PALETTES[theme],
    background: 'Canvas',
    processRow: 'Canvas',
    typeRow: 'Canvas',
    line: 'CanvasText',
    grid: 'GrayText',
    area: 'CanvasText',
    ink: 'CanvasText',
    faintInk: 'CanvasText',
    rundownInk: 'CanvasText',
    selection: 'Highlight',
    hover: 'CanvasText',
    hitEdge: 'Highlight',
    accent: 'Highlight',
  };
}
