import { Command, Option } from 'commander';
import { defaultFolder } from '../../files/own-folder';
import {
  allFramesOption,
  cachedOption,
  embedSourcesOption,
  priceOption,
  sampleTypeOption,
  typeOption,
} from '../../flags/options';
import { addSelection, requestOption } from '../../flags/selection-options';
import { addBucket, addStack } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';
import { exportFormats } from './export-formats';

export function exportCommand(): Command {
  const command = new Command('export')
    .description('write a profile for another tool')
    .argument('[file]', 'a pprof file, gzipped or not; default: the profile that the flags of fetch select')
    .addOption(
      new Option('--format <format>', 'format to write').choices(Object.keys(exportFormats)).makeOptionMandatory(),
    )
    .option('--out <file>', 'file to write; default: stdout')
    .addOption(sampleTypeOption())
    .addOption(allFramesOption())
    .option('--slice <label>', 'speedscope: also a separate profile for each value of this label')
    .addOption(embedSourcesOption())
    .option('--function <function>', 'of a stack: this function')
    .addOption(typeOption().default('wall'))
    .addOption(cachedOption())
    .addOption(priceOption())
    .option('--cache <folder>', 'folder for merged profiles and the cache', defaultFolder);
  return addSelection(addBucket(addStack(command)))
    .addOption(requestOption())
    .addHelpText(
      'after',
      `
Formats:
${Object.entries(exportFormats)
  .map(([name, { description }]) => `  ${name.padEnd(12)}${description}`)
  .join('\n')}

Examples:
  profiled-fn export wall.consolidated.pb.gz --format speedscope --slice cold_start --out wall.speedscope.json
  profiled-fn export wall.consolidated.pb.gz --format folded | flamegraph.pl > flame.svg
  profiled-fn export --stack OrdersStack --function Checkout --format markdown >> "$GITHUB_STEP_SUMMARY"
${exitCodesHelp}`,
    )
    .action(async (file, options) => (await import('./export')).runExport(file, options, processIo()));
}
