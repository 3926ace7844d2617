/** The pages below the lanes, in the order of their tabs. */
export const PAGES = [
  'objects',
  'handles',
  'events',
  'groups',
  'stacks',
  'inheritance',
  'processes',
  'modules',
  'symbols',
  'trust',
] as const;
export type PageId = (typeof PAGES)[number];

export const PAGE_TITLES: Record<PageId, string> = {
  objects: 'Objects',
  handles: 'Handles',
  events: 'Events',
  groups: 'Groups',
  stacks: 'Stacks',
  inheritance: 'Inheritance',
  processes: 'Processes',
  modules: 'Modules',
  symbols: 'Symbols',
  trust: 'Trust',
};
