import { Command, Option } from 'commander';
import {
  collect,
  htmlOption,
  jsonOption,
  noOpenOption,
  outOption,
  parseCount,
  parseDuration,
  portOption,
  typeOption,
  viewOption,
} from '../../flags/options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function localCommand(): Command {
  return new Command('local')
    .description('run the profiled functions of a CDK app on this computer, without AWS, and fetch their profiles')
    .argument('[app...]', 'after --: the command of the app, or its cdk.out; default: "app" of the nearest cdk.json')
    .option('--context <key=value>', 'context value for the app; repeatable', collect)
    .option('--function <function>', 'only this function; repeatable', collect)
    .option('--events <folder>', 'events to invoke with: <function>.json, an array for several in turn; default: {}')
    .addOption(
      new Option('--duration <time>', 'how long to invoke each function: 500ms, 10s, 2m; default: 10s').argParser(
        parseDuration,
      ),
    )
    .addOption(new Option('--count <n>', 'how often to invoke each function').argParser(parseCount(1)))
    .addOption(
      new Option('--concurrency <n>', 'execution environments of each function').argParser(parseCount(1)).default(1),
    )
    .addOption(
      new Option(
        '--resources <which>',
        'memory and share of a processor: lambda, those of the function; machine, all of the machine; default: lambda if possible',
      ).choices(['lambda', 'machine']),
    )
    .option('--env <KEY=VALUE>', 'environment variable for the functions; repeatable', collect)
    .addOption(
      new Option('--snapshot-interval <time>', 'time between snapshots, short so that a short run has several')
        .argParser(parseDuration)
        .default(2000, '2s'),
    )
    .option('--logs', 'print the output of the app and the functions')
    .option('--keep', 'keep the stand-in for AWS running afterwards, and print how to use it')
    .addOption(typeOption())
    .addOption(outOption())
    .addOption(jsonOption())
    .addOption(htmlOption())
    .addOption(viewOption())
    .addOption(portOption())
    .addOption(noOpenOption())
    .addHelpText(
      'after',
      `
The command synthesizes the app. A server on this computer replaces its buckets and stacks. AWS's Lambda runtime client
runs the functions with their real environment, layers and permissions. If Linux allows it, they also have the files, the
memory and the share of a processor that they have on Lambda. Notes report features that are not available.

Examples:
  profiled-fn local
  profiled-fn local --events events --duration 30s -- npx tsx bin/app.ts
  profiled-fn local --function Api/Orders --count 100 --env STAGE=test -- cdk.out
${exitCodesHelp}`,
    )
    .action(async (words, options) =>
      (await import('./local')).runLocal(words, { context: [], function: [], env: [], ...options }, processIo()),
    );
}
