/** Exit code where a file, or a part of it, could not be read. */
const EXIT_UNREADABLE = 1;

/** One line on stderr; the other files still come, and the exit code says that something could not be read. */
export function complain(message: string): void {
  process.stderr.write(`leaklanes: ${message}\n`);
  process.exitCode = EXIT_UNREADABLE;
}
