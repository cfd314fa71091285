import { openProgress, type Progress } from './terminal/progress';
import { type Terminal, terminalOf } from './terminal/terminal';

/** How a command speaks: results on stdout, everything else on stderr. */
export interface Io {
  terminal: Terminal;
  /** Writes to stdout. */
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
      process.stdout.write(content);
    },
    note(line) {
      progress.clear();
      process.stderr.write(`${line}\n`);
    },
  };
}
