/** The names of Electron's channels between the main process and the preload script. */
export const CHANNELS = {
  argumentFile: 'leaklanes:argumentFile',
  recentFiles: 'leaklanes:recentFiles',
  open: 'leaklanes:open',
  query: 'leaklanes:query',
  exportCsv: 'leaklanes:exportCsv',
  exportTable: 'leaklanes:exportTable',
  loadSymbols: 'leaklanes:loadSymbols',
  usePdb: 'leaklanes:usePdb',
  cancel: 'leaklanes:cancel',
  newWindow: 'leaklanes:newWindow',
  progress: 'leaklanes:progress',
  event: 'leaklanes:event',
} as const;
