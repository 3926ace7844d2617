import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InvalidArgumentError, type Command } from 'commander';
import { SAMPLE_FILE } from '../../shared/sample.ts';
import { serve } from './serve.ts';

/** Adds `leaklanes serve [FILE]` and `leaklanes open [FILE]`. Both reject with the TraceError to print. */
export function addServeCommands(program: Command): void {
  program
    .command('serve')
    .description('show the viewer in a browser, on 127.0.0.1 only')
    .argument('[file]', 'trace to open')
    .option('--port <number>', 'port to listen on (default: a free one)', parsePort)
    .option('--open', "show the page in this machine's browser")
    .action(async (file: string | undefined, options: { port?: number; open?: boolean }) => {
      const root = packageRoot();
      const server = await serve({
        file,
        port: options.port,
        open: options.open,
        rendererDir: join(root, 'dist/renderer'),
        workerScript: pathToFileURL(join(root, 'dist/node/worker.js')),
        sample: join(root, SAMPLE_FILE),
        stdout: process.stdout,
      });
      await new Promise<void>((stop) => {
        process.once('SIGINT', stop);
        process.once('SIGTERM', stop);
      });
      await server.close();
    });

  program
    .command('open')
    .description('open the desktop window; without the Electron runtime or a display, serve to a browser')
    .argument('[file]', 'trace to open')
    .action((file: string | undefined) => {
      const script = join(packageRoot(), 'build/start.js');
      // Relative to where the user stands, not to where npm put INIT_CWD for some script further up.
      const env = { ...process.env, INIT_CWD: process.cwd() };
      const child = spawn(process.execPath, [script, ...(file === undefined ? [] : [file])], { stdio: 'inherit', env });
      process.on('SIGINT', () => {});
      process.on('SIGTERM', () => child.kill('SIGTERM'));
      return new Promise<void>((done, fail) => {
        child.on('error', fail);
        child.on('exit', (code) => {
          process.exitCode = code ?? 1;
          done();
        });
      });
    });
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** The folder with package.json: the bundle's chunks lie at any depth of dist/node. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
