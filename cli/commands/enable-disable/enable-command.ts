import { Command, InvalidArgumentError, Option } from 'commander';
import { Variable } from '../../../lib/contract/environment';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';
import { addSwitch } from './switch-options';

export function enableCommand(): Command {
  const command = new Command('enable')
    .description('profile deployed functions, or a part of their instances, without a deployment')
    .addOption(
      new Option('--fraction <0..1>', 'part of the instances to profile; default: as it was').argParser(parseFraction),
    );
  return addSwitch(command)
    .addHelpText(
      'after',
      `
The command changes only two variables of the functions, ${Variable.ENABLED} and ${Variable.INSTANCE_FRACTION}. It shows
the changes and asks for a confirmation. CloudFormation reports them as drift: the next deployment that changes a
function reverts them. Published versions, and aliases that point to them, cannot be changed.

Examples:
  profiled-fn enable --stack OrdersStack
  profiled-fn enable --stack OrdersStack --fraction 0.1
  profiled-fn enable --stack OrdersStack --function Api/Orders --function Checkout --yes
${exitCodesHelp}`,
    )
    .action(async (options) =>
      (await import('./switch-profiling')).runEnable({ function: [], ...options }, processIo()),
    );
}

function parseFraction(text: string): number {
  const fraction = Number(text);
  if (text.trim() === '' || !(fraction >= 0 && fraction <= 1)) {
    throw new InvalidArgumentError('It is not a number from 0 to 1.');
  }
  return fraction;
}
