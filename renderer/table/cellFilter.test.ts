import { describe, expect, it } from 'vitest';
import { cellFilters } from './cellFilter.ts';

const NO_ROW = { filter: null };

describe('filters of a cell', () => {
  it('keep its value or leave it out, beside what is left out already', () => {
    const { only, exclude } = cellFilters('objects', { id: 'type', header: 'Type' }, 'Event', NO_ROW, {
      type: 'Event;File;!Key',
    });
    expect(only).toEqual({ label: 'Only Type: Event', change: { type: 'Event' } });
    expect(exclude).toEqual({ label: 'Without Type: Event', change: { type: 'File;!Key;!Event' } });
  });

  it('take characters that mean something as they are', () => {
    const { only } = cellFilters('objects', { id: 'name', header: 'Name' }, '!a;*', NO_ROW, {});
    expect(only?.change).toEqual({ objectName: '?a??' });
  });

  it('ask for what has no name where the cell is empty', () => {
    expect(cellFilters('objects', { id: 'name', header: 'Name' }, null, NO_ROW, {}).only?.change).toEqual({
      objectName: '(none)',
    });
    expect(cellFilters('events', { id: 'handle', header: 'Handle' }, null, NO_ROW, {}).only).toBeNull();
  });

  it('ask for a flag only where it is set', () => {
    const leak = { id: 'leak', header: 'Leak' };
    expect(cellFilters('objects', leak, true, NO_ROW, {}).only?.change).toEqual({ leak: true });
    expect(cellFilters('objects', leak, false, NO_ROW, {})).toEqual({ only: null, exclude: null });
  });

  it('of a group take its own level’s value', () => {
    const row = { filter: { process: 'a.exe(1)', createStackId: '12' } };
    const { only, exclude } = cellFilters('groups', { id: 'createStack', header: 'Create stack' }, 'Make', row, {});
    expect(only?.change).toEqual({ createStackId: '12' });
    expect(exclude?.change).toEqual({ createStackId: '!12' });
  });
});
