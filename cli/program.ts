import { Command, type CommanderError } from 'commander';
import { version } from '../package.json';
import { completionCommand } from './commands/completion/command';
import { diffCommand } from './commands/diff/command';
import { doctorCommand } from './commands/doctor/command';
import { disableCommand } from './commands/enable-disable/disable-command';
import { enableCommand } from './commands/enable-disable/enable-command';
import { exportCommand } from './commands/export/command';
import { fetchCommand } from './commands/fetch/command';
import { listCommand } from './commands/list/command';
import { loadCommand } from './commands/load/command';
import { localCommand } from './commands/local/command';
import { pruneCommand } from './commands/prune/command';
import { topCommand } from './commands/top/command';
import { viewCommand } from './commands/view/command';
import { exitCodes, exitCodesHelp } from './terminal/command-error';
import { writeToStderr } from './terminal/io';

/**
 * The command line. The work of a command is loaded when it runs, so that `--help` need not wait for the AWS SDK.
 *
 * @throws CommanderError instead of exiting
 */
export function buildProgram(): Command {
  const program = new Command('profiled-fn')
    .description('Profiles of Node.js Lambda functions in production: from your bucket to a flame graph.')
    .version(version)
    // After a command its own flags count: fetch has a --version too.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `\nRun without a command in a terminal, it asks for stack, function and profile.\n${exitCodesHelp}`,
    )
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

/** The exit code for errors that `parseAsync` throws itself: help and version are not failures. */
export function parseExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
