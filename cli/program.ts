import { Command, type CommanderError } from 'commander';
import { version } from '../package.json';
import { exitCodes, exitCodesHelp } from './command-error';
import { completionCommand } from './command-line/completion';
import { diffCommand } from './command-line/diff';
import { disableCommand } from './command-line/disable';
import { doctorCommand } from './command-line/doctor';
import { enableCommand } from './command-line/enable';
import { exportCommand } from './command-line/export';
import { fetchCommand } from './command-line/fetch';
import { listCommand } from './command-line/list';
import { loadCommand } from './command-line/load';
import { localCommand } from './command-line/local';
import { pruneCommand } from './command-line/prune';
import { topCommand } from './command-line/top';
import { viewCommand } from './command-line/view';
import { writeToStderr } from './io';

/**
 * The command line. What a command does is loaded when it runs, so that `--help` need not wait for the AWS SDK.
 *
 * @throws CommanderError instead of exiting
 */
export function buildProgram(): Command {
  const program = new Command('profiled-fn')
    .description('Profiles of Node.js Lambda functions in production: from your own bucket to a flame graph.')
    .version(version)
    // After a command its own flags count: fetch has a --version too.
    .enablePositionalOptions()
    .addHelpText('after', `\nWithout a command, at a terminal, it asks what to look at.\n${exitCodesHelp}`)
    .exitOverride()
    .configureOutput({ writeErr: writeToStderr });
  const commands = [
    fetchCommand(),
    viewCommand(),
    topCommand(),
    diffCommand(),
    exportCommand(),
    listCommand(),
    localCommand(),
    loadCommand(),
    enableCommand(),
    disableCommand(),
    doctorCommand(),
    pruneCommand(),
    completionCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

/** The exit code for what `parseAsync` threw of its own accord: help and version are no failures. */
export function parseExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
