import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../cli/leaklanes.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

export interface ServeProcess {
  url: string;
  /** Stops it as Ctrl+C does. Rejects where it does not end well. */
  stop(): Promise<void>;
}

/** Runs `leaklanes serve` as a user would, and waits for the line with its address. */
export async function startServe(args: string[], env: NodeJS.ProcessEnv): Promise<ServeProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  // A test that runs out of time is not told to clean up.
  const killAtExit = () => child.kill('SIGKILL');
  process.on('exit', killAtExit);
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += String(chunk)));
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  void ended.then(() => process.off('exit', killAtExit));
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  const url = await new Promise<string>((done, fail) => {
    lines.on('line', (line) => {
      const address = /^Leaklanes is at (\S+)/.exec(line)?.[1];
      if (address !== undefined) done(address);
    });
    void ended.then((code) =>
      fail(new Error(`leaklanes serve ended with code ${code} before it was there:\n${complaints}`)),
    );
  });
  clearTimeout(timer);
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`leaklanes serve was gone already (${child.exitCode ?? child.signalCode}):\n${complaints}`);
      }
      child.kill('SIGINT');
      const code = await ended;
      if (code !== 0) throw new Error(`leaklanes serve ended with code ${code}:\n${complaints}`);
    },
  };
}
