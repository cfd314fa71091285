import { type Command, InvalidArgumentError } from 'commander';
import { isRegion } from '../aws/region';
import { cachedOption, outOption, priceOption, typeOption } from './options';

/** Flags that say which stack, and with whose credentials; see `LocateOptions`. */
export function addStack(command: Command): Command {
  return addSession(
    command.option(
      '--stack <name>',
      "stack; default: the one of this folder's CDK app or with profiled functions; a question if there are several",
    ),
  );
}

/** The flag for those who may read a bucket and no stack; see `LocateOptions`. */
export function addBucket(command: Command): Command {
  return command.option('--bucket <s3://bucket/prefix>', 'query the keys of this bucket, and no stack');
}

/** Flags that say where, and with whose credentials; see `SessionOptions`. */
export function addSession(command: Command): Command {
  return command
    .option(
      '--region <region>',
      'AWS region, or a,b; repeatable; default: AWS_REGION or that of the profile',
      parseRegions,
    )
    .option('--profile <profile>', 'profile in the AWS configuration files; default: AWS_PROFILE');
}

/** `a,b`, after those of earlier flags. */
function parseRegions(text: string, earlier: string[] = []): string[] {
  const regions = text.split(',').map((region) => region.trim());
  const wrong = regions.find((region) => !isRegion(region));
  if (wrong !== undefined) throw new InvalidArgumentError('It is not a region such as eu-central-1.');
  return [...earlier, ...regions];
}

/** Flags that say what to fetch, and with whose credentials; see `SourceOptions`. */
export function addSource(command: Command): Command {
  return addBucket(addStack(command))
    .option('--function <function>', 'only this function: Api/Orders, Api.Orders or its name in Lambda')
    .addOption(typeOption())
    .addOption(cachedOption())
    .addOption(priceOption())
    .addOption(outOption());
}
