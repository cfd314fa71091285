import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { BUCKET_OUTPUT } from '../../lib/contract/outputs';
import { describeIdentity } from '../aws/caller-identity';
import { type AwsCall, callAws } from '../aws/errors';
import type { Session } from '../aws/session';
import { CommandError } from '../terminal/command-error';
import { didYouMean } from '../terminal/nearest';
import { type DescribedStack, type ProfiledStack, profiledStack } from './stack-outputs';

/**
 * The profiled functions of the stack named `name` (or with that id).
 *
 * @throws CommandError if there is no such stack, or it has no profiled functions
 */
export async function findStack(session: Session, name: string): Promise<ProfiledStack> {
  const described = await describeStack(session, name);
  const stack = described && profiledStack(described);
  if (stack) return stack;
  throw described ? await withoutFunctions(session, described) : await noStack([session], name);
}

/** The error where none of the regions has a stack named `name`. */
export async function noStack(sessions: [Session, ...Session[]], name: string): Promise<CommandError> {
  return new CommandError(
    `There is no stack named ${name} in ${await regionsText(sessions)}.`,
    `${didYouMean(name, await stackNames(sessions))}Check the name, the region (--region, AWS_REGION) and the account (--profile, AWS_PROFILE);\nwithout --stack, \`profiled-fn fetch\` finds the stacks with profiled functions by itself.`,
  );
}

/** For a hint only: none where they may not be listed. */
async function stackNames(sessions: Session[]): Promise<string[]> {
  const found = await Promise.allSettled(sessions.map(describeStacks));
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value.map(({ name }) => name) : []));
}

/** `region eu-central-1 of account 123456789012`, or `regions … and …`. */
export async function regionsText(sessions: [Session, ...Session[]]): Promise<string> {
  const names = sessions.map(({ region }) => region);
  const list =
    names.length === 1 ? `region ${names[0]}` : `regions ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${list} of ${await describeIdentity(sessions[0])}`;
}

/** The error where a stack names no profiled functions. */
async function withoutFunctions(session: Session, { name, status }: DescribedStack): Promise<CommandError> {
  return new CommandError(
    `Stack ${name} in ${await regionsText([session])} has no profiled functions: it has no output ${BUCKET_OUTPUT}.`,
    withoutFunctionsRemedy(status),
  );
}

/** What to do where a stack in a status has no outputs of ours. */
export function withoutFunctionsRemedy(status: string): string {
  if (/^DELETE/.test(status)) return `The stack is in status ${status}: deploy it again, if it was deleted by mistake.`;
  if (/^ROLLBACK_(COMPLETE|FAILED)$|^CREATE_FAILED$/.test(status)) {
    return `The stack is in status ${status}: it was never deployed. See why in its events (cdk deploy shows them, or\naws cloudformation describe-stack-events --stack-name …), delete it and deploy it again.`;
  }
  return isSettled(status)
    ? 'Replace `new NodejsFunction` by `new ProfiledFunction` in the stack and deploy it.'
    : `The stack is in status ${status}: finish or repeat its deployment.`;
}

/** Whether a stack is as its last deployment, or the rollback of one, has left it. */
export function isSettled(status: string): boolean {
  return /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$/.test(status);
}

/** What there is in the region of a session. */
export interface RegionStacks {
  /** With profiled functions, by name. */
  stacks: ProfiledStack[];
  /** What is wrong with stacks whose outputs make no sense. */
  refused: CommandError[];
  /** All stacks, whatever is in them. */
  total: number;
}

/** All stacks of the session's account and region that have profiled functions. */
export async function profiledStacks(session: Session): Promise<RegionStacks> {
  const described = await describeStacks(session);
  const stacks: ProfiledStack[] = [];
  const refused: CommandError[] = [];
  for (const each of described) {
    try {
      const stack = profiledStack(each);
      if (stack) stacks.push(stack);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      refused.push(error);
    }
  }
  return { stacks: stacks.sort((a, b) => (a.name < b.name ? -1 : 1)), refused, total: described.length };
}

/** All stacks of the session's account and region, whatever is in them. */
export function describeStacks(session: Session): Promise<DescribedStack[]> {
  return callAws(session, describeCall('*'), async () => {
    const client = new CloudFormationClient(session.client);
    try {
      const all: DescribedStack[] = [];
      for await (const page of paginateDescribeStacks({ client }, {})) all.push(...(page.Stacks ?? []).map(plain));
      return all;
    } finally {
      client.destroy();
    }
  });
}

/** The stack named `name` (or with that id), whatever is in it; undefined: there is none. */
export async function describeStack(session: Session, name: string): Promise<DescribedStack | undefined> {
  const client = new CloudFormationClient(session.client);
  try {
    return await callAws(session, describeCall(name), async () => {
      try {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
        return Stacks?.[0] && plain(Stacks[0]);
      } catch (error) {
        if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
          return undefined;
        throw error;
      }
    });
  } finally {
    client.destroy();
  }
}

function describeCall(stack: string): AwsCall {
  return {
    action: 'cloudformation:DescribeStacks',
    resource: stack === '*' || stack.startsWith('arn:') ? stack : `stack/${stack}/*`,
    subject: stack === '*' ? 'all stacks' : `stack ${stack}`,
  };
}

function plain(stack: Stack): DescribedStack {
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).flatMap((output) =>
        output.OutputKey ? [[output.OutputKey, output.OutputValue ?? '']] : [],
      ),
    ),
  };
}
