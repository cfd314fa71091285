import { Command, InvalidArgumentError, Option } from 'commander';
import { collect, jsonOption, parseCount, parseDuration } from '../../flags/options';
import { addStack } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function loadCommand(): Command {
  const command = new Command('load')
    .description('invoke a deployed function repeatedly, and report response times')
    .option('--function <function>', 'the function; default: the only one of the stack')
    .option('--qualifier <qualifier>', 'version or alias; default: $LATEST')
    .option(
      '--payload <path>',
      'file with an event, an array for several in turn, or a folder of such files; repeatable; default: {}',
      collect,
    )
    .addOption(
      new Option('--duration <time>', 'how long: 500ms, 10s, 2m; default: 10s, without --count').argParser(
        parseDuration,
      ),
    )
    .addOption(new Option('--count <n>', 'how many invocations').argParser(parseCount(1)))
    .addOption(
      new Option('--rate <n>', 'invocations a second; default: each as soon as one has ended').argParser(parseRate),
    )
    .addOption(new Option('--concurrency <n>', 'invocations at a time').argParser(parseCount(1)).default(1))
    .option('--no-log-tail', 'do not request the logs, which are needed to count cold starts');
  return addStack(command)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The invocations are real: AWS bills them, and the function has its usual effects. Ctrl-C ends the load and prints the
results so far. Response times are those of the Invoke API, measured by this command. Cold starts are counted by the
field Init Duration in the REPORT line of each invocation's log.

Examples:
  profiled-fn load --stack OrdersStack --function Api/Orders --payload order.json
  profiled-fn load --stack OrdersStack --function Checkout --payload events/ --rate 20 --concurrency 10 --duration 2m
  profiled-fn load --stack OrdersStack --function Checkout --count 100 --json | jq .p99Ms
${exitCodesHelp}`,
    )
    .action(async (options) => (await import('./load')).runLoadCommand({ payload: [], ...options }, processIo()));
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() === '' || !(rate > 0 && Number.isFinite(rate))) {
    throw new InvalidArgumentError('It is not a number above 0.');
  }
  return rate;
}
