import type { Command } from 'commander';
import { outOption, typeOption } from './options';

/** Flags that say which stack, and with whose credentials; see `StackOptions`. */
export function addStack(command: Command): Command {
  return addSession(
    command.option(
      '--stack <name>',
      'stack; default: the one with profiled functions, or a question where there are several',
    ),
  );
}

/** Flags that say where, and with whose credentials; see `SessionOptions`. */
export function addSession(command: Command): Command {
  return command
    .option('--region <region>', 'AWS region; default: AWS_REGION or that of the profile')
    .option('--profile <profile>', 'profile in the AWS configuration files; default: AWS_PROFILE');
}

/** Flags that say what to fetch, and with whose credentials; see `SourceOptions`. */
export function addSource(command: Command): Command {
  return addStack(command)
    .option('--function <function>', 'only this function: Api/Orders, Api.Orders or its name in Lambda')
    .addOption(typeOption())
    .addOption(outOption());
}
