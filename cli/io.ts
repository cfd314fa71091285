import { writeFileSync } from 'node:fs';
import { Duplex, type Writable } from 'node:stream';
import { CommandError } from './command-error';
import { openProgress, type Progress } from './terminal/progress';
import { type Terminal, terminalOf } from './terminal/terminal';

/** How a command speaks: results on stdout, everything else on stderr. */
export interface Io {
  terminal: Terminal;
  /**
   * Writes to stdout.
   *
   * @throws CommandError where that is a file, and not all of it can be written
   */
  result(content: string | Uint8Array): void;
  /** Writes a line to stderr. */
  note(line: string): void;
  progress: Progress;
}

/** The streams of this process. */
export function processIo(): Io {
  const terminal = terminalOf(process, process.env);
  const progress = openProgress(terminal, process.stderr);
  return {
    terminal,
    progress,
    result(content) {
      progress.clear();
      writeToStdout(content);
    },
    note(line) {
      progress.clear();
      process.stderr.write(`${line}\n`);
    },
  };
}

/**
 * To a file Node.js writes once, and takes no notice where a disk that is nearly full has taken a part only.
 *
 * @see https://nodejs.org/api/process.html#processstdout which is no Duplex where it is a file
 */
function writeToStdout(content: string | Uint8Array): void {
  const stdout: Writable = process.stdout;
  if (stdout instanceof Duplex) {
    stdout.write(content);
    return;
  }
  try {
    writeFileSync(process.stdout.fd, content);
  } catch (error) {
    throw unwritten(error);
  }
}

/** The error where a result cannot be written to stdout. */
export function unwritten(error: unknown): CommandError {
  return new CommandError(
    `Cannot write the result to stdout (${(error as NodeJS.ErrnoException).code ?? error}).`,
    'Check the space left on the disk that it goes to.',
    { cause: error },
  );
}
