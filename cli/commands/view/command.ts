import { Command } from 'commander';
import { allFramesOption, embedSourcesOption, htmlOption, portOption } from '../../flags/options';
import { requestOption } from '../../flags/selection-options';
import { exitCodesHelp } from '../../terminal/command-error';
import { processIo } from '../../terminal/io';

export function viewCommand(): Command {
  return new Command('view')
    .description('open pprof files, of profiled-fn or of any other profiler')
    .argument('<file...>', 'pprof files, gzipped or not')
    .addOption(htmlOption())
    .addOption(embedSourcesOption())
    .addOption(portOption())
    .addOption(allFramesOption())
    .addOption(requestOption())
    .option('--no-open', 'serve the viewer, but open no browser')
    .addHelpText(
      'after',
      `
Examples:
  profiled-fn view .profiled-fn/OrdersStack/*/*.pb.gz
  profiled-fn view cpu.pprof --html cpu.html --embed-sources
  profiled-fn view before.pb.gz after.pb.gz   one can be compared with the other
${exitCodesHelp}`,
    )
    .action(async (files, options) => (await import('./view')).runView(files, options, processIo()));
}
