import { describe, expect, it } from 'vitest';
import { parseQuery, QUERY_KEYS } from '../../shared/queryText.ts';
import { suggestions, wantedValues } from './completion.ts';

const entry = (value: string, label = value) => ({ value, label, objects: 1, leaks: 0 });
const labels = (text: string, caret = text.length) => suggestions(text, caret, []).map(({ label }) => label);
const taken = (text: string, value: string, caret = text.length) => suggestions(text, caret, [entry(value)])[0].text;

describe('suggestions', () => {
  it('has every key, each with a word of help, and completes what is begun', () => {
    const all = suggestions('', 0, []);
    expect(all.map(({ label }) => label.replace(':', ''))).toEqual(QUERY_KEYS);
    expect(all.filter(({ detail }) => detail === '')).toEqual([]);
    expect(labels('type:Event le')).toEqual(['leak', 'leakAtExit']);
    expect(labels('CREATE')).toEqual(['createStack:', 'createStackId:']);
    expect(labels('!ma')).toEqual(['mapSize:', 'map']);
    expect(labels('!leak')).toEqual([]);
  });

  it('puts flags with a space and keys with a colon, and leaves what follows', () => {
    expect(suggestions('lea type:File', 3, [])[0]).toMatchObject({ text: 'leak type:File', caret: 5, complete: true });
    expect(suggestions('ty', 2, [])[0]).toMatchObject({ text: 'type:', caret: 5, complete: false });
  });

  it('quotes values that need it, so that they are read back as they are', () => {
    const name = '\\Device\\a "b" c';
    const text = taken('leak name:dev', name);
    expect(parseQuery(text)).toEqual({ filter: { leak: true, objectName: name }, errors: [] });
  });

  it('completes the last alternative and keeps those before, excluded ones too', () => {
    expect(taken('type:Event;Fi', 'File')).toBe('type:Event;File ');
    expect(parseQuery(taken('!type:Event;Fi', 'File')).filter).toEqual({ type: '!Event;!File' });
    expect(parseQuery(taken('type:Event;!Fi', 'File')).filter).toEqual({ type: 'Event;!File' });
    expect(parseQuery(taken('process:"a b.exe(1);c', 'c d.exe(2)')).filter).toEqual({
      process: 'a b.exe(1);c d.exe(2)',
    });
  });
});

describe('wantedValues', () => {
  it('names the list of the key at the caret and what is looked for in it', () => {
    expect(wantedValues('leak type:Ev', 12)).toEqual({ facet: 'type', search: 'Ev' });
    expect(wantedValues('name:"two wo', 12)).toEqual({ facet: 'objectName', search: 'two wo' });
    expect(wantedValues('related:a;!*b*', 14)).toEqual({ facet: 'relatedProcess', search: 'b' });
    expect(wantedValues('type:Event leak', 15)).toBeNull();
    expect(wantedValues('handle:0x1', 10)).toBeNull();
    expect(wantedValues('type:Event leak', 7)).toEqual({ facet: 'type', search: 'Ev' });
  });
});
