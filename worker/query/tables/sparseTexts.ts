/** Texts that few objects have and that are made of several: listed only when somebody sorts or searches by them. */
import type { ObjectIndex, Trace } from '../../lifetimes/model.ts';
import type { TextValues } from './values.ts';
import { Words } from './words.ts';

interface Listed {
  words: Words;
  /** by object, -1 none */
  index: Int32Array;
}

/** By events: a trace with other function names has the same texts. */
const listed = new WeakMap<Trace['events'], Map<string, Listed>>();

/** Column over the objects of a trace, whose texts hold no function names; `name` tells one such column from another. */
export function sparseTexts(trace: Trace, name: string, textOf: (object: ObjectIndex) => string | null): TextValues {
  const list = (): Listed => {
    let known = listed.get(trace.events);
    if (known === undefined) listed.set(trace.events, (known = new Map<string, Listed>()));
    let made = known.get(name);
    if (made === undefined) known.set(name, (made = listTexts(trace.objects.length, textOf)));
    return made;
  };
  return { is: 'text', words: () => list().words, index: (object) => list().index[object], text: textOf };
}

function listTexts(length: number, textOf: (object: ObjectIndex) => string | null): Listed {
  const index = new Int32Array(length).fill(-1);
  const texts: string[] = [];
  const places = new Map<string, number>();
  for (let object = 0; object < length; object++) {
    const text = textOf(object);
    if (text === null) continue;
    let place = places.get(text);
    if (place === undefined) places.set(text, (place = texts.push(text) - 1));
    index[object] = place;
  }
  return { words: new Words(texts.length, (place) => texts[place]), index };
}
