/** The columns of every table: what they are called and say. Their values are made beside the rows of each table. */
import { GROUP_KEYS, type CellKind, type GroupKey, type TableColumn, type TableName } from '../../../shared/tables.ts';

type More = Pick<TableColumn, 'hidden' | 'empty' | 'leak'>;

function column(
  id: string,
  header: string,
  kind: CellKind,
  width: number,
  title: string,
  more: More = {},
): TableColumn {
  return { id, header, title, kind, width, ...more };
}

const HIDDEN = { hidden: true } as const;
const ID = column('id', 'Id', 'count', 72, 'Number of the object: 1, 2, 3 … in order of its first event');
const TYPE = column('type', 'Type', 'text', 110, 'Type of the object');
const NAME = column('name', 'Name', 'text', 240, 'Name of the object; of a mapping its file', { empty: '' });

const OBJECTS: TableColumn[] = [
  ID,
  TYPE,
  NAME,
  column(
    'leak',
    'Leak',
    'flag',
    56,
    'A handle that was opened in the trace is never closed, or the view never unmapped',
    {
      leak: true,
    },
  ),
  column('leakAtExit', 'Leak at exit', 'flag', 88, 'Only the end of its process closed a handle of it', { leak: true }),
  column('process', 'Process', 'text', 190, 'Process that created it or mapped the view', { empty: 'unknown' }),
  column('birthNs', 'Created', 'time', 110, 'When it was created or mapped', { empty: 'before the trace' }),
  column('deathNs', 'Destroyed', 'time', 110, 'When it was destroyed or unmapped', { empty: 'not destroyed' }),
  column('lifetimeNs', 'Lifetime', 'duration', 96, 'From its creation to its end', { empty: 'unknown' }),
  column('handles', 'Handles', 'count', 76, 'Handles that it ever had in the trace'),
  column('openHandles', 'Open', 'count', 64, 'Handles that are open when the trace ends'),
  column('createFrame', 'Created by', 'text', 300, 'First frame of the create stack that is not of the system', {
    empty: 'no stack',
  }),
  column('peakHandles', 'Peak', 'count', 64, 'Most handles of it that were open at one time', HIDDEN),
  column('refChanges', 'Reference changes', 'count', 120, 'Events that took or gave back references', HIDDEN),
  column('maxRefs', 'Max references', 'count', 110, 'Greatest sum of its reference changes', HIDDEN),
  column('multiProcess', 'Multi-process', 'flag', 96, 'More than one process used it', HIDDEN),
  column('overlapped', 'Overlapped', 'flag', 88, 'Two handles opened in the trace were open at one time', HIDDEN),
  column('inherited', 'Inherited', 'flag', 80, 'It was handed to a child process', HIDDEN),
  column('inheritedBy', 'Inherited by', 'text', 190, 'Processes that it was handed to', { hidden: true, empty: '' }),
  column('otherNames', 'Other names', 'text', 240, 'Names that differ from the first', { hidden: true, empty: '' }),
  column('bornBeforeTrace', 'Born before', 'flag', 88, 'It existed before the trace', HIDDEN),
  column('mapping', 'Mapping', 'flag', 72, 'A view of a file, not an object', HIDDEN),
  column('mapSize', 'View size', 'bytes', 96, 'Size of the view', { hidden: true, empty: '' }),
  column('pointer', 'Pointer', 'hex', 170, 'Address of the object; of a mapping its view base', HIDDEN),
  column('createTid', 'Create thread', 'count', 96, 'Thread that created it', { hidden: true, empty: 'unknown' }),
  column('createStack', 'Create stack', 'count', 96, 'Number of its create stack', {
    hidden: true,
    empty: 'no stack',
  }),
  column('destroyProcess', 'Destroyed by process', 'text', 190, 'Process that ended it', { hidden: true, empty: '' }),
  column('destroyTid', 'Destroy thread', 'count', 96, 'Thread that ended it', { hidden: true, empty: '' }),
  column('destroyFrame', 'Destroyed by', 'text', 300, 'First frame of the destroy stack that is not of the system', {
    hidden: true,
    empty: 'no stack',
  }),
  column('destroyStack', 'Destroy stack', 'count', 96, 'Number of its destroy stack', {
    hidden: true,
    empty: 'no stack',
  }),
];

const OBJECT_OF_ROW: TableColumn[] = [
  { ...ID, header: 'Object', title: 'Number of its object' },
  TYPE,
  { ...NAME, title: 'Name of its object' },
];

const HANDLES: TableColumn[] = [
  ...OBJECT_OF_ROW,
  column('owner', 'Owner', 'text', 190, 'Process in whose table it is', { empty: 'unknown' }),
  column('handle', 'Handle', 'hex', 90, 'Its value'),
  column('start', 'Start', 'text', 84, 'created, duplicated, inherited, or existing before the trace'),
  column('end', 'End', 'text', 100, 'closed, closedByOther, processExit (swept), open, or lost (closed unseen)'),
  column('openNs', 'Opened', 'time', 110, 'When it was opened', { empty: 'before the trace' }),
  column('closeNs', 'Closed', 'time', 110, 'When it was closed', { empty: 'not closed' }),
  column('lifetimeNs', 'Lifetime', 'duration', 96, 'From its open to its close', { empty: 'unknown' }),
  column('leak', 'Leak', 'flag', 56, 'Opened in the trace and never closed', { leak: true }),
  column('source', 'Source', 'text', 230, 'Process and handle that it was duplicated or inherited from', { empty: '' }),
  column('closedBy', 'Closed by', 'text', 190, 'Process that closed it, where that is not the owner', { empty: '' }),
  column('openFrame', 'Opened at', 'text', 300, 'First frame of its open stack that is not of the system', {
    empty: 'no stack',
  }),
  column('closeFrame', 'Closed at', 'text', 300, 'First frame of its close stack that is not of the system', {
    empty: 'no stack',
  }),
  column('leakAtExit', 'Leak at exit', 'flag', 88, 'Only the end of its process closed it', {
    hidden: true,
    leak: true,
  }),
  column('openTid', 'Open thread', 'count', 96, 'Thread that opened it', { hidden: true, empty: 'unknown' }),
  column('closeTid', 'Close thread', 'count', 96, 'Thread that closed it', { hidden: true, empty: '' }),
  column('pointer', 'Pointer', 'hex', 170, 'Address of its object', HIDDEN),
];

const EVENTS: TableColumn[] = [
  column('ns', 'Time', 'time', 110, 'When it happened'),
  column('kind', 'Event', 'text', 130, 'What happened'),
  column('process', 'Process', 'text', 190, 'Process whose thread did it', { empty: 'unknown' }),
  column('tid', 'Thread', 'count', 76, 'Thread that did it', { empty: 'unknown' }),
  column('handle', 'Handle', 'hex', 90, 'Value of the handle that it is about', { empty: '' }),
  column('delta', 'References', 'count', 88, 'References that it took (or gave back: below 0)', { empty: '' }),
  ...OBJECT_OF_ROW,
  column('frame', 'Frame', 'text', 300, 'First frame of its stack that is not of the system', { empty: 'no stack' }),
  column('note', 'Note', 'text', 300, 'What it did beyond what its kind says', { empty: '' }),
  column('stack', 'Stack', 'count', 76, 'Number of its stack', { hidden: true, empty: 'no stack' }),
  column('pointer', 'Pointer', 'hex', 170, 'Address of its object', HIDDEN),
];

const INHERITANCE: TableColumn[] = [
  column('parent', 'Parent', 'text', 190, 'Process that handed it down', { empty: 'unknown' }),
  column('child', 'Child', 'text', 190, 'Process that inherited it', { empty: 'unknown' }),
  column('handle', 'Handle', 'hex', 90, 'Its value, the same in both'),
  ...OBJECT_OF_ROW,
  column('openNs', 'Inherited', 'time', 110, 'When the child got it', { empty: 'unknown' }),
  column('end', 'End', 'text', 100, "How the child's handle ended: closed is by the child itself"),
  column('closeNs', 'Closed', 'time', 110, "When the child's handle was closed", { empty: 'not closed' }),
  column('leak', 'Leak', 'flag', 56, 'The child never closed it', { leak: true }),
];

const PROCESSES: TableColumn[] = [
  column('name', 'Name', 'text', 180, 'Program', { empty: 'unknown' }),
  column('pid', 'Pid', 'count', 76, 'Process id'),
  column('parent', 'Parent', 'text', 190, 'Process that started it', { empty: 'unknown' }),
  column('session', 'Session', 'count', 68, 'Session id', { empty: '' }),
  column('startNs', 'Start', 'time', 110, 'When it started', { empty: 'before the trace' }),
  column('endNs', 'End', 'time', 110, 'When it ended', { empty: 'not ended' }),
  column('created', 'Created', 'count', 80, 'Objects that it created and views that it mapped'),
  column('handles', 'Handles', 'count', 80, 'Handles that it owned'),
  column('open', 'Open', 'count', 72, 'Its handles that are open when the trace ends'),
  column('leaked', 'Leaked', 'count', 72, 'Its handles that were opened in the trace and never closed', { leak: true }),
  column('leakedAtExit', 'Leaked at exit', 'count', 100, 'Its handles that only its end closed', { leak: true }),
  column('commandLine', 'Command line', 'text', 400, 'Command line', { empty: '' }),
];

const MODULES: TableColumn[] = [
  column('process', 'Process', 'text', 190, 'Process that had it loaded', { empty: 'unknown' }),
  column('name', 'Module', 'text', 160, 'File name'),
  column('version', 'Version', 'text', 130, 'File version', { empty: 'not recorded' }),
  column('product', 'Product', 'text', 180, 'Product name', { empty: '' }),
  column('path', 'Path', 'text', 380, 'Path of the file'),
  column('base', 'Base', 'hex', 150, 'Address that it was loaded at'),
  column('size', 'Size', 'bytes', 90, 'Size in memory'),
  column('pdb', 'PDB', 'text', 180, 'Name of its symbol file', { empty: 'not recorded' }),
  column('pdbGuid', 'PDB GUID', 'text', 280, 'GUID of its symbol file', { hidden: true, empty: '' }),
  column('pdbAge', 'PDB age', 'count', 72, 'Age of its symbol file', { hidden: true, empty: '' }),
];

const GROUP_COLUMNS: Record<GroupKey, TableColumn> = {
  process: column(
    'process',
    'Process',
    'text',
    210,
    'Process that created the objects; else the first that holds one',
    {
      empty: '',
    },
  ),
  type: column('type', 'Type', 'text', 130, 'Type of the objects', { empty: '' }),
  createStack: column('createStack', 'Create stack', 'text', 320, 'Stack that created them, by its first own frame', {
    empty: '',
  }),
  closeStack: column(
    'closeStack',
    'Close stack',
    'text',
    320,
    'Stack that destroyed them or closed their last handle',
    {
      empty: '',
    },
  ),
  name: column('name', 'Name', 'text', 240, 'Name of the objects; of mappings their file', { empty: '' }),
  inheritedFrom: column('inheritedFrom', 'Inherited from', 'text', 200, 'First process that handed them to a child', {
    empty: '',
  }),
};

/** Counts of a group, in their order on the screen. */
const GROUP_COUNTS: TableColumn[] = [
  column('count', 'Count', 'count', 80, 'Objects and mappings'),
  column('handles', 'Handles', 'count', 80, 'Their handles'),
  column('open', 'Open', 'count', 72, 'Handles that are open when the trace ends'),
  column('leaked', 'Leaked', 'count', 72, 'Objects and mappings that leak', { leak: true }),
  column('leakedAtExit', 'Leaked at exit', 'count', 100, 'Objects of which only the end of a process closed a handle', {
    leak: true,
  }),
  column('peak', 'Peak outstanding', 'count', 110, 'Most handles and views of them that were open at one time'),
  column('rate', 'Rate', 'rate', 80, 'Objects created per second, over the time range in force or the whole trace', {
    empty: '',
  }),
  column('bytes', 'Mapped', 'bytes', 100, 'Size of the mappings'),
];

const STACKS: TableColumn[] = [
  column('node', 'Node', 'count', 64, 'Number of the row'),
  column('parent', 'Parent', 'count', 64, 'Row that it belongs to', { empty: '' }),
  column('depth', 'Depth', 'count', 64, 'Calls from the root'),
  column('frame', 'Frame', 'text', 360, 'Frame of the stack'),
  column('created', 'Created', 'count', 80, 'Objects (of any stack: events) under it'),
  column('openAtEnd', 'Open', 'count', 80, 'Those that are open when the trace ends'),
  column('leaked', 'Leaked', 'count', 80, 'Those that leak', { leak: true }),
  column('leakedAtExit', 'Leaked at exit', 'count', 100, 'Those that only the end of a process closed', { leak: true }),
  column('self', 'Self', 'count', 64, 'Those whose stack ends here'),
  column('path', 'Path', 'text', 600, 'Frames from the root to it', HIDDEN),
];

/** Levels of the groups table where a request names none. */
export const DEFAULT_GROUP_BY: readonly GroupKey[] = ['process', 'type'];

/** What a request groups by: each level once. */
export function groupKeys(groupBy: readonly GroupKey[] | undefined): GroupKey[] {
  const wanted = [...new Set(groupBy ?? [])].filter((key) => GROUP_KEYS.includes(key));
  return wanted.length === 0 ? [...DEFAULT_GROUP_BY] : wanted;
}

/** Columns of a table in their order on the screen; of the groups table those grouped by are first. */
export function columnsOf(table: TableName | 'stacks', groupBy?: readonly GroupKey[]): TableColumn[] {
  switch (table) {
    case 'objects':
      return OBJECTS;
    case 'handles':
      return HANDLES;
    case 'events':
      return EVENTS;
    case 'inheritance':
      return INHERITANCE;
    case 'processes':
      return PROCESSES;
    case 'modules':
      return MODULES;
    case 'stacks':
      return STACKS;
    case 'groups':
      return [...groupKeys(groupBy).map((key) => GROUP_COLUMNS[key]), ...GROUP_COUNTS];
  }
}
