import type { SymbolModule, SymbolState } from '../../shared/symbols.ts';

/** Whether a state is good, may still become so, or wants something of the user. */
export type StateTone = 'good' | 'pending' | 'problem';

/** A state in a word or two; its sentence is the module's own. */
export const STATE_WORDS: Record<SymbolState, string> = {
  waiting: 'not looked for yet',
  loading: 'being looked for',
  named: 'has names',
  noIdentity: 'PDB not recorded',
  notFound: 'not found',
  notAllowed: 'on a server only',
  mismatch: 'other builds only',
  corrupt: 'damaged PDB',
  portable: 'managed code',
  failed: 'failed',
};

export function toneOf(state: SymbolState): StateTone {
  if (state === 'named') return 'good';
  return state === 'waiting' || state === 'loading' ? 'pending' : 'problem';
}

export const SHOWN_MODULES = ['all', 'unnamed', 'own'] as const;
export type ShownModules = (typeof SHOWN_MODULES)[number];

/** Modules that the list shows: of a kind, and with a text in their name or path. */
export function filterModules(modules: readonly SymbolModule[], shown: ShownModules, search: string): SymbolModule[] {
  const wanted = search.trim().toLowerCase();
  return modules.filter(
    (module) =>
      (shown === 'all' || (shown === 'unnamed' ? module.state !== 'named' : !module.system)) &&
      `${module.name} ${module.path} ${module.pdb?.name ?? ''}`.toLowerCase().includes(wanted),
  );
}
