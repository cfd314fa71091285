#!/usr/bin/env node
import { CommanderError } from 'commander';
import { errorText, exitCodeOf } from './command-error';
import { processIo } from './io';
import { buildProgram, parseExitCode } from './program';

// A reader that has had enough, like `head`, is no failure; and what a gate found is still told by the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  const io = processIo();
  // Without a command somebody at a terminal is asked; others get the help.
  if (process.argv.length === 2 && io.terminal.interactive) await (await import('./commands/ask')).runAsk(io);
  else await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = parseExitCode(error); // commander has said what is wrong
  } else {
    const debug = (process.env.PROFILED_FN_DEBUG ?? '') !== '';
    process.stderr.write(errorText(error, debug));
    process.exitCode = exitCodeOf(error);
  }
}
