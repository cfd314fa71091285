import { openSession, type SessionOptions } from '../aws/session';
import { findStack, findStacks } from '../aws/stacks';
import { fetchAndShow, type OutputOptions } from '../fetch-and-show';
import type { Io } from '../io';
import type { ProfileType } from '../keys';
import { askMfaCode, chooseStack } from '../prompts';
import { selectFunctions } from '../select';
import { assembliesAround } from '../source-maps';

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
  const assemblies = assembliesAround(process.cwd(), io.note);
  const request = { stack, functions, type: options.type, out: options.out, assemblies };
  await fetchAndShow([{ session, request }], options, io, {
    whenNothing: (fn) =>
      `Invoke it (aws lambda invoke --function-name ${fn} out.json) and fetch again. If it has run:\nits log has lines of profiled-fn that say why nothing was written.`,
  });
}
