import { Command } from 'commander';
import { jsonOption } from '../../flags/options';
import { addSession } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('find out why there are no profiles, and how to fix it')
    .option('--stack <name>', 'only this stack; default: all with profiled functions');
  return addSession(command)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Looks at stacks, outputs, buckets, functions and their latest snapshots, and changes nothing. Errors make the exit code
1, warnings do not.

Examples:
  profiled-fn doctor
  profiled-fn doctor --stack OrdersStack --region eu-central-1
  profiled-fn doctor --json | jq '.stacks[].findings[] | select(.level == "error")'
${exitCodesHelp}`,
    )
    .action(async (options) => (await import('./doctor')).runDoctor(options, processIo()));
}
