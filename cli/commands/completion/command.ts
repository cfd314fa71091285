import { Argument, Command } from 'commander';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';
import { completionScript, type Shell, shells } from './completion';

export function completionCommand(): Command {
  return new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices([...shells]))
    .addHelpText(
      'after',
      `
Examples:
  source <(profiled-fn completion bash)
  source <(profiled-fn completion zsh)
  profiled-fn completion fish > ~/.config/fish/completions/profiled-fn.fish
${exitCodesHelp}`,
    )
    .action((shell: Shell, _options, command: Command) => {
      if (command.parent) processIo().content(completionScript(command.parent, shell));
    });
}
