/** Which lines of EventLeak.cpp the functions of the same name in story/symbols.ts were compiled from. */
import { MAIN_CALLS } from '../story/stacks.ts';
import { FUNCTIONS, frameRva } from '../story/symbols.ts';

export const SOURCE_MODULE = 'EventLeak.exe';
/** where its author had it, by the PDB's name */
export const SOURCE_PATH = 'D:\\Source\\HandleLeak\\EventLeak.cpp';

export interface CodeLine {
  /** offset in the function, from where on the code is of that line */
  offset: number;
  /** counts from 1 */
  line: number;
}

/** Bytes before the return address that already belong to the call: readers ask for it or for the byte before. */
const CALL_SIZE = 8;

interface Source {
  /** text of the line that the function begins with */
  opens: string;
  /** frame as in story/stacks.ts → text of the line with the call; `plus`: so many lines on */
  calls: Readonly<Record<string, { text: string; plus?: number }>>;
}

const SOURCES: Readonly<Record<string, Source>> = {
  'EventManager::CreateEventW': {
    opens: 'HANDLE CreateEventW() const',
    calls: { 'EventManager::CreateEventW': { text: '::CreateEventW(nullptr' } },
  },
  'EventManager::GetOrCreateEvent': {
    opens: 'HANDLE GetOrCreateEvent()',
    calls: { 'EventManager::GetOrCreateEvent': { text: 'm_event = CreateEventW();' } },
  },
  'EventManager::~EventManager': {
    opens: '~EventManager()',
    calls: { 'EventManager::~EventManager': { text: '::CloseHandle(m_event);' } },
  },
  'EventConsumer::GetAndSignal': {
    opens: 'void GetAndSignal(',
    calls: { 'EventConsumer::GetAndSignal': { text: 'manager.GetOrCreateEvent()' } },
  },
  "`main'::`4'::<lambda_1>::operator()": {
    opens: 'const auto work =',
    calls: { "`main'::`4'::<lambda_1>::operator()": { text: 'const auto work =' } },
  },
  main: {
    opens: 'int main()',
    calls: {
      [`main+${MAIN_CALLS.thread}`]: { text: 'std::array<std::thread, 4> threads' },
      [`main+${MAIN_CALLS.join}`]: { text: 'thread.join();' },
      // The manager goes at the end of the loop.
      [`main+${MAIN_CALLS.destructor}`]: { text: 'return 0;', plus: -1 },
    },
  },
};

/** Lines of a function of EventLeak.exe in order of their offset; [] for those that the library or the linker brings. */
export function codeLines(name: string, source: string): CodeLine[] {
  const known = SOURCES[name];
  const f = FUNCTIONS.find((candidate) => candidate.module === SOURCE_MODULE && candidate.name === name);
  if (known === undefined || f === undefined) return [];
  const calls = Object.entries(known.calls).map(([frame, { text, plus = 0 }]) => ({
    offset: frameRva(`${SOURCE_MODULE}!${frame}`) - f.rva - CALL_SIZE,
    line: lineOf(source, text) + plus,
  }));
  return [{ offset: 0, line: lineOf(source, known.opens) }, ...calls.sort((a, b) => a.offset - b.offset)];
}

function lineOf(source: string, text: string): number {
  const index = source.split('\n').findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`EventLeak.cpp has no line with ${text}`);
  return index + 1;
}
