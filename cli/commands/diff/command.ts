import { Command, InvalidArgumentError, Option } from 'commander';
import { allFramesOption, jsonOption, parseCount, sampleTypeOption } from '../../flags/options';
import { addSelection } from '../../flags/selection-options';
import { addSource } from '../../flags/source-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function diffCommand(): Command {
  const command = new Command('diff')
    .description('print what has changed between two files, versions, times or labels; or fail where it is slower')
    .argument('[files...]', 'two pprof files, the old and the new; default: snapshots of a function, see --base')
    .option('--base <part>', 'snapshots before: 41, or key=value,… of version, since, until and labels')
    .option('--target <part>', 'snapshots after; default: all versions newer than that of --base')
    .addOption(sampleTypeOption())
    .addOption(new Option('--count <n>', 'functions to print').argParser(parseCount(1)).default(20))
    .addOption(
      new Option('--fail-on <increase>', 'exit with 3 where a function takes so much more: +10%').argParser(
        parseIncrease,
      ),
    )
    .addOption(allFramesOption())
    .addOption(jsonOption());
  return addSelection(addSource(command))
    .addHelpText(
      'after',
      `
Compared are shares of all, so a profile of a longer time is no slower one. --fail-on compares what a function takes an
invocation, where the snapshots tell their invocations; a snapshot is one observation, of 5 at least on each side.
Functions of less than 2% are left out. Flags that select count for both sides. Where GITHUB_STEP_SUMMARY is set, the result is appended to that file too.

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
  throw new InvalidArgumentError('It is no increase such as +10%.');
}
