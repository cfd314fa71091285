import { writeFileSync } from 'node:fs';
import { Duplex, type Writable } from 'node:stream';
import { CommandError, exitCodes } from './command-error';
import { printableJson, printableLines } from './printable';
import { openProgress, type Progress } from './progress';
import { type Terminal, terminalOf } from './terminal';

/**
 * Output of a command: results on stdout, everything else on stderr. No control characters reach the terminal, from any
 * source: see `printableLines`.
 */
export interface Io {
  terminal: Terminal;
  /** Writes lines for people to stdout. */
  result(lines: string): void;
  /** Writes a value for programs to stdout. */
  json(value: unknown): void;
  /**
   * Writes content of a file to stdout: unchanged, unless that is a terminal.
   *
   * @throws CommandError if that is a terminal, and the content is no text
   */
  content(content: string | Uint8Array): void;
  /** Writes a line to stderr. */
  note(line: string): void;
  progress: Progress;
}

/** The streams of this process. Failures of writing to stdout are thrown as a CommandError. */
export function processIo(): Io {
  const terminal = terminalOf(process, process.env);
  const progress = openProgress(terminal, process.stderr);
  const write = (content: string | Uint8Array) => {
    progress.clear();
    writeToStdout(content);
  };
  return {
    terminal,
    progress,
    result: (lines) => write(printableLines(lines)),
    json: (value) => write(`${printableJson(value, 2)}\n`),
    content: (content) => write(process.stdout.isTTY ? forTerminal(content) : content),
    note(line) {
      progress.clear();
      writeToStderr(`${line}\n`);
    },
  };
}

/** Writes lines to stderr, where they may reach a terminal. */
export function writeToStderr(lines: string): void {
  process.stderr.write(printableLines(lines));
}

function forTerminal(content: string | Uint8Array): string {
  if (typeof content === 'string') return printableLines(content);
  throw new CommandError(
    'The result is binary: a terminal cannot show it.',
    'Write it to a file with --out, or into a pipe.',
    { exitCode: exitCodes.usage },
  );
}

/**
 * Writes to a file on stdout. Node.js writes only once, and ignores that a disk that is nearly full has stored only a
 * part.
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
