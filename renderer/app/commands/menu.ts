/** The menu of the window, for hosts that have none of their own: ids of commands under headings. The desktop's menu is electron/menu.ts. */
export const MENU: readonly { heading: string; ids: readonly string[] }[] = [
  {
    heading: 'Trace',
    ids: ['open', 'openSample', 'newWindow', 'howToRecord'],
  },
  {
    heading: 'Export',
    ids: [
      'exportCsv',
      'exportCsvPage',
      'exportTsvPage',
      'exportJsonPage',
      'exportLanesPng',
      'exportLanesSvg',
      'copyLanesPng',
    ],
  },
  { heading: 'View', ids: ['saveView', 'openView', 'copyLink'] },
  { heading: 'Filters', ids: ['undo', 'redo', 'clearFilters', 'search'] },
  { heading: 'Leaks', ids: ['leakingCall', 'nextLeak', 'previousLeak'] },
  {
    heading: 'Lanes',
    ids: [
      'group.default',
      'group.type',
      'group.createStack',
      'group.name',
      'group.inheritedFrom',
      'group.flat',
      'togglePacking',
      'toggleMappings',
    ],
  },
  { heading: 'Colours', ids: ['color.type', 'color.end', 'color.process', 'color.createStack'] },
  {
    heading: 'Time',
    ids: ['fit', 'zoomToRange', 'rangeBack', 'rangeForward', 'mark', 'timeSeconds', 'timeLocal', 'timeUtc'],
  },
  { heading: 'Window', ids: ['toggleFilters', 'toggleOverview', 'maximiseLanes', 'maximiseTables'] },
  { heading: 'Theme', ids: ['themeLight', 'themeDark', 'themeSystem', 'themeContrast'] },
  { heading: 'Names', ids: ['loadSymbols', 'cancelSymbols'] },
  { heading: 'Help', ids: ['palette', 'shortcuts', 'settings'] },
];
