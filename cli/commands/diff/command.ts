import { Command, InvalidArgumentError, Option } from 'commander';
import { allFramesOption, jsonOption, parseCount, sampleTypeOption } from '../../flags/options';
import { addSelection } from '../../flags/selection-options';
import { addSource } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function diffCommand(): Command {
  const command = new Command('diff')
    .description('report changes between two files, versions, times or labels, or fail if functions became slower')
    .argument('[files...]', 'two pprof files, the old and the new; default: snapshots of a function, see --base')
    .option('--base <part>', 'snapshots before: 41, or key=value,… of version, since, until and labels')
    .option('--target <part>', 'snapshots after; default: all versions newer than that of --base')
    .addOption(sampleTypeOption())
    .addOption(new Option('--count <n>', 'functions to print').argParser(parseCount(1)).default(20))
    .addOption(
      new Option('--fail-on <increase>', 'exit with 3 if a function takes so much more: +10%').argParser(parseIncrease),
    )
    .addOption(allFramesOption())
    .addOption(jsonOption());
  return addSelection(addSource(command))
    .addHelpText(
      'after',
      `
diff compares shares of the total, so the lengths of the profiles do not matter. --fail-on compares time per invocation,
if the snapshots have records of invocations. Each snapshot is one observation, and each side requires at least 5.
Functions below 2% are not compared. Selections apply to both sides. If GITHUB_STEP_SUMMARY is set, the result is also
appended to that file.

Examples:
  profiled-fn diff old.pb.gz new.pb.gz
  profiled-fn diff --stack OrdersStack --function Checkout --base 41 --target 42
  profiled-fn diff --stack OrdersStack --function Checkout --base 41 --fail-on +10%
  profiled-fn diff --stack OrdersStack --function Checkout --base cold_start=true --target cold_start=false
  profiled-fn diff --stack OrdersStack --function Checkout --base since=2d,until=1d --target since=1d
  profiled-fn diff --stack OrdersStack --function Checkout --base 41 --target 42 --since 2d --slowest 1% --ignore node_modules
  profiled-fn view old.pb.gz new.pb.gz   shows two files, one compared with the other
${exitCodesHelp}
  3  --fail-on: a function became slower
  4  --fail-on: inconclusive, too few snapshots for how much they differ`,
    )
    .action(async (files, options) => (await import('./diff')).runDiff(files, options, processIo()));
}

/** `+10%` as 0.1. */
function parseIncrease(text: string): number {
  const match = /^\+?(\d+(?:\.\d+)?)%$/.exec(text);
  const percent = Number(match?.[1]);
  if (percent > 0) return percent / 100;
  throw new InvalidArgumentError('It is not an increase such as +10%.');
}
