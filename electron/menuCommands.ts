/**
 * The commands of the renderer's registry that the menu offers: their ids, and their default keys in the registry's notation.
 * Titles are the menu's own, shorter under their headings. menu.test.ts holds the list against the registry.
 */
export interface MenuCommand {
  id: string;
  label: string;
  /** the command's first default key; absent where it has none */
  key?: string;
}

export const OPEN: MenuCommand = { id: 'open', label: '&Open…', key: 'Ctrl+O' };

export const FILE_COMMANDS: readonly MenuCommand[] = [
  { id: 'openSample', label: 'Open the &Sample' },
  { id: 'newWindow', label: '&New Window' },
];

export const VIEW_FILE_COMMANDS: readonly MenuCommand[] = [
  { id: 'saveView', label: 'Save &View…', key: 'Ctrl+S' },
  { id: 'openView', label: 'Open Saved Vie&w…' },
];

export const EXPORT_COMMANDS: readonly MenuCommand[] = [
  { id: 'exportCsv', label: 'Filtered &Objects as CSV…', key: 'Ctrl+E' },
  { id: 'exportCsvPage', label: 'Shown Page as &CSV…' },
  { id: 'exportTsvPage', label: 'Shown Page as &TSV…' },
  { id: 'exportJsonPage', label: 'Shown Page as &JSON…' },
  { id: 'exportLanesPng', label: 'Lanes as &PNG…' },
  { id: 'exportLanesSvg', label: 'Lanes as S&VG…' },
];

export const UNDO_COMMANDS: readonly MenuCommand[] = [
  { id: 'undo', label: '&Undo Filter Change', key: 'Ctrl+Z' },
  { id: 'redo', label: '&Redo Filter Change', key: 'Ctrl+Shift+Z' },
  { id: 'clearFilters', label: 'Cl&ear All Filters', key: 'X' },
];

export const COPY_COMMANDS: readonly MenuCommand[] = [
  { id: 'copyDetails', label: 'Copy &Details of the Object' },
  { id: 'copyLanesPng', label: 'Copy &Lanes as Picture' },
];

export const FIND_COMMANDS: readonly (readonly MenuCommand[])[] = [
  [
    { id: 'search', label: '&Search…', key: 'Ctrl+F' },
    { id: 'nextHit', label: 'Next &Hit', key: 'F3' },
    { id: 'previousHit', label: 'Previous Hit', key: 'Shift+F3' },
  ],
  [
    { id: 'leakingCall', label: 'Call That Leaks &Most', key: 'H' },
    { id: 'nextLeak', label: 'Next &Leak', key: 'N' },
    { id: 'previousLeak', label: 'Previous Leak', key: 'Shift+N' },
    { id: 'nextEvent', label: 'Next &Event of the Object', key: '.' },
    { id: 'previousEvent', label: 'Previous Event of the Object', key: ',' },
  ],
];

export const TIME_COMMANDS: readonly (readonly MenuCommand[])[] = [
  [
    { id: 'fit', label: '&Whole Trace', key: 'F' },
    { id: 'zoomIn', label: 'Zoom &In', key: 'W' },
    { id: 'zoomOut', label: 'Zoom &Out', key: 'S' },
    { id: 'zoomToSelection', label: 'Zoom to the Selected O&bject', key: 'Z' },
  ],
  [
    { id: 'selectRange', label: 'Select a &Range', key: 'Shift+R' },
    { id: 'zoomToRange', label: '&Zoom to the Range', key: 'R' },
    { id: 'filterToRange', label: 'Only &Events of the Range' },
    { id: 'rangeBack', label: 'Bac&k', key: 'Alt+ArrowLeft' },
    { id: 'rangeForward', label: '&Forward', key: 'Alt+ArrowRight' },
  ],
  [
    { id: 'mark', label: '&Mark This Moment', key: 'M' },
    { id: 'clearMarks', label: 'Remove All Marks' },
  ],
  [
    { id: 'timeSeconds', label: '&Seconds Since the Start' },
    { id: 'timeLocal', label: 'Time of Day Where &Recorded' },
    { id: 'timeUtc', label: 'Time of Day in &UTC' },
    { id: 'moreDigits', label: 'More &Digits' },
    { id: 'fewerDigits', label: 'Fewer Digits' },
  ],
];

export const LANE_COMMANDS: readonly (readonly MenuCommand[])[] = [
  [
    { id: 'expandAll', label: '&Open All Groups', key: 'E' },
    { id: 'collapseAll', label: '&Close All Groups', key: 'C' },
    { id: 'togglePacking', label: 'One Lane an Object, or &Packed', key: 'P' },
    { id: 'toggleMappings', label: '&Mappings by Address, or Lanes', key: 'V' },
  ],
  [
    { id: 'group.default', label: 'Group by Process, Then Type' },
    { id: 'group.process', label: 'Group by Process' },
    { id: 'group.type', label: 'Group by Type' },
    { id: 'group.createStack', label: 'Group by Create Stack' },
    { id: 'group.name', label: 'Group by Name' },
    { id: 'group.inheritedFrom', label: 'Group by Process Inherited From' },
    { id: 'group.flat', label: 'No Groups' },
  ],
  [
    { id: 'color.type', label: 'Colour by Type' },
    { id: 'color.end', label: 'Colour by End' },
    { id: 'color.process', label: 'Colour by Process' },
    { id: 'color.createStack', label: 'Colour by Create Stack' },
  ],
];

export const PAGE_COMMANDS: readonly MenuCommand[] = [
  { id: 'page.objects', label: '&Objects', key: 'Alt+1' },
  { id: 'page.handles', label: '&Handles', key: 'Alt+2' },
  { id: 'page.events', label: '&Events', key: 'Alt+3' },
  { id: 'page.groups', label: '&Groups', key: 'Alt+4' },
  { id: 'page.stacks', label: '&Stacks', key: 'Alt+5' },
  { id: 'page.inheritance', label: '&Inheritance', key: 'Alt+6' },
  { id: 'page.processes', label: '&Processes', key: 'Alt+7' },
  { id: 'page.modules', label: '&Modules', key: 'Alt+8' },
  { id: 'page.symbols', label: 'S&ymbols', key: 'Alt+9' },
  { id: 'page.trust', label: '&Trust', key: 'Alt+0' },
];

export const PANE_COMMANDS: readonly MenuCommand[] = [
  { id: 'toggleFilters', label: '&Filters', key: 'Ctrl+B' },
  { id: 'toggleOverview', label: '&Overview' },
  { id: 'maximiseLanes', label: '&Lanes Over Everything', key: 'L' },
  { id: 'maximiseTables', label: '&Tables Over Everything', key: 'T' },
];

export const THEME_COMMANDS: readonly MenuCommand[] = [
  { id: 'themeLight', label: '&Light' },
  { id: 'themeDark', label: '&Dark' },
  { id: 'themeSystem', label: '&System' },
  { id: 'themeContrast', label: 'High &Contrast' },
];

export const SYMBOL_COMMANDS: readonly MenuCommand[] = [
  { id: 'loadSymbols', label: '&Look for Function Names Again' },
  { id: 'cancelSymbols', label: '&Stop Looking for Function Names' },
];

export const SETTING_COMMANDS: readonly MenuCommand[] = [
  { id: 'palette', label: '&Commands…', key: 'Ctrl+Shift+P' },
  { id: 'settings', label: '&Settings and Keys…', key: 'Ctrl+,' },
];

export const HELP_COMMANDS: readonly MenuCommand[] = [
  { id: 'shortcuts', label: '&Keys', key: '?' },
  { id: 'howToRecord', label: '&How to Record a Trace' },
];
