import { app } from 'electron';
import { fileOfCommandLine } from './argument.ts';

/** The files that the program is asked to open: by its command line, by a second start of it, by macOS. */
export interface OpenRequests {
  /** Gives the file that the program was started with, null where none; from now on `open` gets what comes (null: show yourself). */
  attach(open: (file: string | null) => void): string | null;
}

/** Null: the program runs already and has been told to open the file; this process has to end. */
export function setupOpenRequests(): OpenRequests | null {
  if (!app.requestSingleInstanceLock()) return null;
  let first = fileOfCommandLine(process.argv, process.cwd());
  let open = (file: string | null): void => {
    first = file ?? first;
  };

  app.on('second-instance', (_event, argv, workingFolder) => open(fileOfCommandLine(argv, workingFolder)));
  // macOS hands files over by this event, the one it starts the program with before the program is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });

  return {
    attach(listener) {
      open = listener;
      return first;
    },
  };
}
