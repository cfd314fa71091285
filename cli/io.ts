import { openProgress, type Progress } from './progress';
import { type Terminal, terminalOf } from './terminal';

/** How a command speaks: results on stdout, everything else on stderr. */
export interface Io {
  terminal: Terminal;
  /** Writes to stdout. */
  result(text: string): void;
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
    result(text) {
      progress.clear();
      process.stdout.write(text);
    },
    note(line) {
      progress.clear();
      process.stderr.write(`${line}\n`);
    },
  };
}
