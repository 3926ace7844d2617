import { useState } from 'react';
import { readSetting, writeSetting } from './settings.ts';

/** A switch of the window that outlives it, whatever the trace: a section that is closed, frames that are folded. */
export function useRemembered(name: string, initial: boolean): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => {
    const saved = readSetting(name);
    return typeof saved === 'boolean' ? saved : initial;
  });
  return [
    on,
    (next) => {
      setOn(next);
      writeSetting(name, next);
    },
  ];
}
