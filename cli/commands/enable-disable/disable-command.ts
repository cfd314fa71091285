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
The functions' handlers run bare from then on; their snapshots stay. Shows what will change and asks. To CloudFormation
this is drift: the next deployment that changes a function sets it back.

Examples:
  profiled-fn disable --stack OrdersStack
  profiled-fn disable --stack OrdersStack --function Checkout --yes --json
${exitCodesHelp}`,
    )
    .action(async (options) =>
      (await import('./switch-profiling')).runDisable({ function: [], ...options }, processIo()),
    );
}
