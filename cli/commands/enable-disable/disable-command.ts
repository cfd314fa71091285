import { Command } from 'commander';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';
import { addSwitch } from './switch-options';

export function disableCommand(): Command {
  const command = new Command('disable').description('stop profiling deployed functions, without a deployment');
  return addSwitch(command)
    .addHelpText(
      'after',
      `
From then on, the functions run without profiling. Their snapshots are kept. The command shows the changes and asks for
a confirmation. CloudFormation reports them as drift: the next deployment that changes a function reverts them.

Examples:
  profiled-fn disable --stack OrdersStack
  profiled-fn disable --stack OrdersStack --function Checkout --yes --json
${exitCodesHelp}`,
    )
    .action(async (options) =>
      (await import('./switch-profiling')).runDisable({ function: [], ...options }, processIo()),
    );
}
