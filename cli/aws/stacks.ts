import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { CommandError } from '../command-error';
import { type DescribedStack, type ProfiledStack, profiledStack } from '../stack-outputs';
import { type AwsCall, callAws } from './errors';
import { describeIdentity } from './identity';
import type { Session } from './session';

/**
 * The profiled functions of the stack named `name` (or with that id).
 *
 * @throws CommandError where there is no such stack, or it has no profiled functions
 */
export async function findStack(session: Session, name: string): Promise<ProfiledStack> {
  const described = await describe(session, name);
  const stack = described && profiledStack(described);
  if (stack) return stack;
  const where = `in region ${session.region} of ${await describeIdentity(session)}`;
  if (!described) {
    throw new CommandError(
      `There is no stack named ${name} ${where}.`,
      'Check the name, the region (--region, AWS_REGION) and the account (--profile, AWS_PROFILE);\nwithout --stack, `profiled-fn fetch` finds the stacks with profiled functions by itself.',
    );
  }
  const unfinished =
    /FAILED|ROLLBACK|DELETE|IN_PROGRESS/.test(described.status) && described.status !== 'UPDATE_ROLLBACK_COMPLETE';
  throw new CommandError(
    `Stack ${described.name} ${where} has no profiled functions: it has no output ProfiledFnBucketName.`,
    unfinished
      ? `The stack is in status ${described.status}: finish or repeat its deployment.`
      : 'Replace `new NodejsFunction` by `new ProfiledFunction` in the stack and deploy it.',
  );
}

/**
 * All stacks of the session's account and region that have profiled functions, by name.
 *
 * @throws CommandError where there is none
 */
export async function findStacks(session: Session): Promise<ProfiledStack[]> {
  const described = await callAws(session, describeCall('*'), async () => {
    const client = new CloudFormationClient(session.client);
    try {
      const all: DescribedStack[] = [];
      for await (const page of paginateDescribeStacks({ client }, {})) all.push(...(page.Stacks ?? []).map(plain));
      return all;
    } finally {
      client.destroy();
    }
  });
  const stacks = described.flatMap((stack) => profiledStack(stack) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (stacks.length > 0) return stacks;
  const where = `region ${session.region} of ${await describeIdentity(session)}`;
  throw new CommandError(
    described.length === 0
      ? `There are no stacks in ${where}.`
      : `None of the ${described.length} stacks in ${where} has profiled functions.`,
    'Check the region (--region, AWS_REGION) and the account (--profile, AWS_PROFILE);\nif they are right, add `new ProfiledFunction(…)` to a stack and deploy it.',
  );
}

async function describe(session: Session, name: string): Promise<DescribedStack | undefined> {
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
