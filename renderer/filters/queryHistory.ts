import { readSetting, writeSetting } from '../state/settings.ts';

/** Query texts that were put into force, the last first; kept between sessions, whatever the trace. */

const MOST = 20;
const LONGEST = 2000;

export function queryHistory(): string[] {
  const saved = readSetting('queryHistory');
  return Array.isArray(saved) ? saved.filter((text): text is string => typeof text === 'string').slice(0, MOST) : [];
}

export function rememberQuery(text: string): void {
  if (text === '' || text.length > LONGEST) return;
  writeSetting('queryHistory', [text, ...queryHistory().filter((other) => other !== text)].slice(0, MOST));
}
