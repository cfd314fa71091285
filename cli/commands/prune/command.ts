import { Command, Option } from 'commander';
import { jsonOption } from '../../flags/options';
import { parseTime } from '../../flags/selection-options';
import { addStack } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function pruneCommand(): Command {
  const command = new Command('prune')
    .description('delete old snapshots, after a confirmation')
    .addOption(
      new Option('--older-than <time>', 'snapshots written before: 30d, 12h ago, or 2026-11-22T10:00')
        .argParser(parseTime)
        .makeOptionMandatory(),
    )
    .option(
      '--function <function>',
      'only this function; default: all, including those that are no longer in the stack',
    )
    .option('--yes', 'do not ask')
    .addOption(jsonOption());
  return addStack(command)
    .addHelpText(
      'after',
      `
The command deletes only snapshots of the stack, and no other objects in its buckets. Buckets of profiled-fn expire
snapshots automatically. Use prune for your own buckets, and for stacks that you are going to delete.

Examples:
  profiled-fn prune --stack OrdersStack --older-than 30d
  profiled-fn prune --stack OrdersStack --function Api/Orders --older-than 12h --yes
  profiled-fn prune --stack OrdersStack --older-than 30d --yes --json | jq .deleted
${exitCodesHelp}`,
    )
    .action(async (options) => (await import('./prune')).runPrune(options, processIo()));
}
