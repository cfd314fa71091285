import { Command } from 'commander';
import { jsonOption } from '../../flags/options';
import { addBucket, addSession } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function listCommand(): Command {
  const command = new Command('list')
    .description('list the stacks with profiled functions and their snapshots')
    .option('--stack <name>', 'only this stack; default: all of the regions');
  return addBucket(addSession(command))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  profiled-fn list
  profiled-fn list --profile production --region eu-central-1,us-east-1
  profiled-fn list --json | jq -r '.stacks[].functions[] | select(.last == null) | .lambdaName'
${exitCodesHelp}`,
    )
    .action(async (options) => (await import('./list')).runList(options, processIo()));
}
