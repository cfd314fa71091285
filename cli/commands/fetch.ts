import { resolve } from 'node:path';
import { openSession, type SessionOptions } from '../aws/session';
import { findStack, findStacks } from '../aws/stacks';
import { CommandError } from '../command-error';
import { fetchAndShow, type OutputOptions } from '../fetch-and-show';
import type { Io } from '../io';
import type { ProfileType } from '../keys';
import { findCdkProject } from '../local/cdk-project';
import { askMfaCode, chooseStack } from '../prompts';
import { selectFunctions } from '../select';

export interface FetchOptions extends SessionOptions, OutputOptions {
  stack?: string;
  function?: string;
  type?: ProfileType;
  out: string;
}

/** `profiled-fn fetch`: finds a stack's profiles, merges them, prints and shows them. */
export async function runFetch(options: FetchOptions, io: Io): Promise<void> {
  const { interactive } = io.terminal;
  const session = await openSession({ ...options, mfaCode: interactive ? askMfaCode : undefined });
  io.progress.show(() => `Looking for stacks in ${session.region}`);
  const stack = await (options.stack === undefined
    ? findStacks(session).then((stacks) => {
        io.progress.clear();
        return chooseStack(stacks, io);
      })
    : findStack(session, options.stack));
  const functions = selectFunctions(stack, options.function);
  const assemblies = assembliesAround(process.cwd(), io);
  const request = { stack, functions, type: options.type, out: options.out, assemblies };
  await fetchAndShow([{ session, request }], options, io, {
    whenNothing: (fn) =>
      `Invoke it (aws lambda invoke --function-name ${fn} out.json) and fetch again. If it has run:\nits log has lines of profiled-fn that say why nothing was written.`,
  });
}

/** Where the CDK project that `folder` lies in, if any, has been synthesized into. */
function assembliesAround(folder: string, io: Io): string[] {
  try {
    const { folder: root, output, app } = findCdkProject(folder);
    // `app` may be the folder of an assembly in place of a command.
    return app === undefined ? [output] : [output, resolve(root, app)];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    io.note(`No source maps: ${error.message} ${error.remedy}`); // profiles are worth fetching without, too
    return [];
  }
}
