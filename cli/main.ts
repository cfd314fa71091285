#!/usr/bin/env node
import { CommanderError } from 'commander';
import { buildProgram, parseExitCode } from './program';
import { errorText, exitCodeOf } from './terminal/command-error';
import { processIo, unwritten, writeToStderr } from './terminal/io';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that stops early, like `head`, is not a failure. The exit code still reports the result of a gate.
  if (error.code === 'EPIPE') return;
  fail(unwritten(error));
  process.exit();
});
// If stderr is closed, only the result counts.
process.stderr.on('error', () => undefined);

try {
  const io = processIo();
  // Without a command somebody at a terminal is asked; others get the help.
  if (process.argv.length === 2 && io.terminal.interactive) await (await import('./commands/ask/ask')).runAsk(io);
  else await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = parseExitCode(error); // commander has said what is wrong
  } else {
    fail(error);
  }
}

function fail(error: unknown): void {
  const debug = (process.env.PROFILED_FN_DEBUG ?? '') !== '';
  writeToStderr(errorText(error, debug));
  process.exitCode = exitCodeOf(error);
}
