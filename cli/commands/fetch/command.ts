import { Command } from 'commander';
import { htmlOption, jsonOption, noOpenOption, portOption, sampleTypeOption, viewOption } from '../../flags/options';
import { addSelection, requestOption } from '../../flags/selection-options';
import { addSource } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function fetchCommand(): Command {
  const command = new Command('fetch').description(
    "fetch a stack's profiles, merge them, print the top functions and open the viewer",
  );
  return addSelection(addSource(command))
    .addOption(requestOption())
    .addOption(sampleTypeOption())
    .addOption(jsonOption())
    .addOption(htmlOption())
    .addOption(viewOption())
    .addOption(portOption())
    .addOption(noOpenOption())
    .addHelpText(
      'after',
      `
Writes <out>/<stack>/<function>/<type>.consolidated.pb.gz, which every pprof tool reads. The command
changes nothing in the bucket. It resolves credentials, region and endpoint as the AWS CLI does: AWS_PROFILE,
AWS_REGION, AWS_ENDPOINT_URL, …

Examples:
  profiled-fn fetch
  profiled-fn fetch --stack OrdersStack --function Api/Orders --type wall
  profiled-fn fetch --stack OrdersStack --since 6h --version 42 --errors
  profiled-fn fetch --stack OrdersStack --label tenant=acme --focus 'src/price'
  profiled-fn fetch --stack OrdersStack --function Api/Orders --slowest 1%
  profiled-fn fetch --cached --sample-type cost
  profiled-fn fetch --stack OrdersStack --profile production --html orders.html
  profiled-fn fetch --region eu-central-1,us-east-1
  profiled-fn fetch --bucket s3://orders-profiles
  profiled-fn fetch --stack OrdersStack --json | jq '.stacks[].functions[].profiles[].file'
${exitCodesHelp}`,
    )
    .action(async (options) => (await import('./fetch')).runFetch(options, processIo()));
}
