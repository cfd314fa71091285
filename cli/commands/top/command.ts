import { Command, Option } from 'commander';
import { allFramesOption, jsonOption, parseCount, sampleTypeOption } from '../../flags/options';
import { addSelection, requestOption } from '../../flags/selection-options';
import { addSource } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function topCommand(): Command {
  const command = new Command('top')
    .description('print the top functions of a pprof file, or of the profiles that fetch selects')
    .argument('[file]', 'a pprof file, gzipped or not; default: the profile that the flags of fetch select')
    .addOption(sampleTypeOption())
    .addOption(new Option('--count <n>', 'functions to print').argParser(parseCount(1)).default(20))
    .addOption(allFramesOption())
    .addOption(jsonOption());
  return addSelection(addSource(command))
    .addOption(requestOption())
    .addHelpText(
      'after',
      `
Examples:
  profiled-fn top .profiled-fn/OrdersStack/Checkout/wall.consolidated.pb.gz
  profiled-fn top heap.pb.gz --sample-type inuse_objects --count 50
  profiled-fn top wall.pb.gz --cold-start --ignore node_modules
  profiled-fn top --stack OrdersStack --function Checkout --type wall --since 1h
  profiled-fn top --stack OrdersStack --function Checkout --type wall --slowest 1%
  profiled-fn top --stack OrdersStack --function Checkout --request 8f507cfc-xmpl-4697-b07a-ac58fc914c95
  profiled-fn top --cached --function Checkout --type wall --sample-type cost
${exitCodesHelp}`,
    )
    .action(async (file, options) => (await import('./top')).runTop(file, options, processIo()));
}
