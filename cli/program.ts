import { Command, type CommanderError, Option } from 'commander';
import { version } from '../package.json';
import { exitCodes, exitCodesHelp } from './command-error';
import {
  htmlOption,
  jsonOption,
  noOpenOption,
  outOption,
  parseCount,
  parseDuration,
  portOption,
  typeOption,
  viewOption,
} from './commands/options';
import { processIo } from './io';

/**
 * The command line. What a command does is loaded when it runs, so that `--help` need not wait for the AWS SDK.
 *
 * @throws CommanderError instead of exiting
 */
export function buildProgram(): Command {
  const program = new Command('profiled-fn')
    .description('Profiles of Node.js Lambda functions in production: from your own bucket to a flame graph.')
    .version(version)
    .addHelpText('after', exitCodesHelp)
    .exitOverride();

  program
    .command('fetch')
    .description("fetch a stack's profiles, merge them, print the top functions and open the viewer")
    .option('--stack <name>', 'stack; default: the one with profiled functions, or a question where there are several')
    .option('--function <function>', 'only this function: Api/Orders, Api.Orders or its name in Lambda')
    .addOption(typeOption())
    .option('--region <region>', 'AWS region; default: AWS_REGION or that of the profile')
    .option('--profile <profile>', 'profile in the AWS configuration files; default: AWS_PROFILE')
    .addOption(outOption())
    .addOption(jsonOption())
    .addOption(htmlOption())
    .addOption(viewOption())
    .addOption(portOption())
    .addOption(noOpenOption())
    .addHelpText(
      'after',
      `
Writes <out>/<stack>/<function>/<type>.consolidated.pb.gz, which every pprof tool reads. Nothing in the bucket is
changed. Credentials, region and endpoint come as for every AWS tool: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, …

Run in the folder of the CDK app it shows original files and lines: bundling: { sourceMap: true } makes source maps, and
cdk.out holds them.

Examples:
  profiled-fn fetch
  profiled-fn fetch --stack OrdersStack --function Api/Orders --type wall
  profiled-fn fetch --stack OrdersStack --profile production --html orders.html
  profiled-fn fetch --stack OrdersStack --json --no-open | jq '.stacks[].functions[].profiles[].file'
${exitCodesHelp}`,
    )
    .action(async (options) => (await import('./commands/fetch')).runFetch(options, processIo()));

  program
    .command('view')
    .description('look at pprof files, of profiled-fn or of any other profiler')
    .argument('<file...>', 'pprof files, gzipped or not')
    .addOption(htmlOption())
    .addOption(portOption())
    .option('--no-open', 'serve the viewer, but open no browser')
    .addHelpText(
      'after',
      `
Examples:
  profiled-fn view .profiled-fn/OrdersStack/*/*.pb.gz
  profiled-fn view cpu.pprof --html cpu.html
${exitCodesHelp}`,
    )
    .action(async (files, options) => (await import('./commands/view')).runView(files, options, processIo()));

  program
    .command('top')
    .description('print the top functions of a pprof file')
    .argument('<file>', 'a pprof file, gzipped or not')
    .option('--sample-type <type>', 'what to rank by; default: cpu where there is such, or the default of the file')
    .addOption(new Option('--count <n>', 'functions to print').argParser(parseCount(1)).default(20))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  profiled-fn top .profiled-fn/OrdersStack/Checkout/wall.consolidated.pb.gz
  profiled-fn top heap.pb.gz --sample-type inuse_objects --count 50
${exitCodesHelp}`,
    )
    .action(async (file, options) => (await import('./commands/top')).runTop(file, options, processIo()));

  program
    .command('local')
    .description('run the profiled functions of a CDK app on this computer, without AWS, and fetch their profiles')
    .argument('[app...]', 'after --: the command of the app, or its cdk.out; default: "app" of the nearest cdk.json')
    .option('--context <key=value>', 'context value for the app; repeatable', collect, [])
    .option('--function <function>', 'only this function; repeatable', collect, [])
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
    .option('--env <KEY=VALUE>', 'environment variable for the functions; repeatable', collect, [])
    .addOption(
      new Option('--snapshot-interval <time>', 'time between snapshots, short so that a short run has several')
        .argParser(parseDuration)
        .default(2000, '2s'),
    )
    .option('--logs', 'print what the app and the functions write')
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
The app is synthesized, its buckets and stacks are stood in for by a server on this computer, and AWS's own Lambda
runtime client runs the functions with their real environment, layers and permissions.

Examples:
  profiled-fn local
  profiled-fn local --events events --duration 30s -- npx tsx bin/app.ts
  profiled-fn local --function Api/Orders --count 100 --env STAGE=test -- cdk.out
${exitCodesHelp}`,
    )
    .action(async (words, options) => (await import('./commands/local')).runLocal(words, options, processIo()));

  return program;
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

/** The exit code for what `parseAsync` threw of its own accord: help and version are no failures. */
export function parseExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
