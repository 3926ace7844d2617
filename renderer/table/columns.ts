import type { ObjectRow } from '../../shared/records.ts';
import type { ObjectColumn } from '../../shared/service.ts';
import { formatBirth, formatCount, formatDeath, formatLifetime } from '../format.ts';

export interface ColumnSpec {
  id: ObjectColumn;
  header: string;
  /** What the column says, as the header's title. */
  title: string;
  width: number;
  align: 'left' | 'right';
  text: (row: ObjectRow) => string;
  /** Class for cells that stand out or stand back; leaks say so in words too. */
  tone?: (row: ObjectRow) => '' | 'is-leak' | 'is-faint';
}

const faintIf = (condition: boolean) => (condition ? 'is-faint' : '');

/** The columns of the objects table, in the order of the contract's OBJECT_COLUMNS. */
const COLUMNS: Record<ObjectColumn, Omit<ColumnSpec, 'id'>> = {
  id: {
    header: 'Id',
    title: 'Order of first event in the trace',
    width: 60,
    align: 'right',
    text: (row) => formatCount(row.id),
  },
  type: { header: 'Type', title: 'Kernel object type', width: 94, align: 'left', text: (row) => row.type },
  name: {
    header: 'Name',
    title: 'Object name, or the file of a mapping',
    width: 240,
    align: 'left',
    text: (row) => row.name ?? '',
  },
  process: {
    header: 'Created by',
    title: 'Process that created the object',
    width: 160,
    align: 'left',
    text: (row) => row.process ?? 'unknown',
    tone: (row) => faintIf(row.process === null),
  },
  birthNs: {
    header: 'Born',
    title: 'First event, seconds since the start of the trace',
    width: 102,
    align: 'right',
    text: (row) => formatBirth(row.birthNs),
    tone: (row) => faintIf(row.birthNs === null),
  },
  deathNs: {
    header: 'Died',
    title: 'When its last handle was closed, seconds since the start of the trace',
    width: 102,
    align: 'right',
    text: (row) => formatDeath(row.deathNs),
    tone: (row) => faintIf(row.deathNs === null),
  },
  lifetimeNs: {
    header: 'Lifetime',
    title: 'From birth to death',
    width: 102,
    align: 'right',
    text: (row) => formatLifetime(row.lifetimeNs, row.deathNs),
    tone: (row) => faintIf(row.lifetimeNs === null),
  },
  handles: {
    header: 'Handles',
    title: 'Handles it ever had',
    width: 78,
    align: 'right',
    text: (row) => formatCount(row.handles),
  },
  openHandles: {
    header: 'Open',
    title: 'Handles open at the end of the trace',
    width: 66,
    align: 'right',
    text: (row) => formatCount(row.openHandles),
    tone: (row) => faintIf(row.openHandles === 0),
  },
  refChanges: {
    header: 'Refs',
    title: 'Reference count changes',
    width: 66,
    align: 'right',
    text: (row) => formatCount(row.refChanges),
    tone: (row) => faintIf(row.refChanges === 0),
  },
  leak: {
    header: 'Leak',
    title: 'A handle made in the trace is never closed',
    width: 58,
    align: 'left',
    text: (row) => (row.leak ? 'leak' : ''),
    tone: (row) => (row.leak ? 'is-leak' : ''),
  },
  leakAtExit: {
    header: 'At exit',
    title: 'A handle is closed only by the end of its process',
    width: 90,
    align: 'left',
    text: (row) => (row.leakAtExit ? 'leak at exit' : ''),
    tone: (row) => (row.leakAtExit ? 'is-leak' : ''),
  },
  pointer: {
    header: 'Pointer',
    title: 'Kernel address, or the base of a view',
    width: 158,
    align: 'left',
    text: (row) => row.pointer,
  },
  createFrame: {
    header: 'Create frame',
    title: 'First frame of the create stack outside of the system',
    width: 280,
    align: 'left',
    text: (row) => row.createFrame ?? '',
  },
};

/** Columns as shown: leak marks stand before the numbers, where they are seen without scrolling. */
const ORDER: readonly ObjectColumn[] = [
  'id',
  'type',
  'name',
  'leak',
  'leakAtExit',
  'process',
  'birthNs',
  'deathNs',
  'lifetimeNs',
  'handles',
  'openHandles',
  'refChanges',
  'pointer',
  'createFrame',
];

export const OBJECT_COLUMN_SPECS: readonly ColumnSpec[] = ORDER.map((id) => ({ id, ...COLUMNS[id] }));
