import type { Command } from 'commander';
import { collect, jsonOption } from '../../flags/options';
import { addStack } from '../../flags/source-options';

/** Flags of `enable` and `disable`; see `SwitchOptions`. */
export function addSwitch(command: Command): Command {
  return addStack(command)
    .option('--function <function>', 'only this function; repeatable; default: all of the stack', collect)
    .option('--yes', 'do not ask')
    .addOption(jsonOption());
}
