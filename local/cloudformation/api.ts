import { type Caller, type Parameters, pageOf, QueryError, type QueryService } from '../query-protocol';
import type { DeployedStack } from '../types';
import type { XmlElements } from '../xml';

/** Stacks in one page of an answer. */
const PAGE_SIZE = 100;

/** What CloudFormation tells about stacks. Their status is read at each call: a test may change it. */
export function cloudFormationService(stacks: DeployedStack[], createdAt: Date): QueryService {
  const inRegion = ({ region }: Caller) => stacks.filter((stack) => stack.region === region);
  return {
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    actions: {
      DescribeStacks: {
        permission: (parameters, caller) => ({
          action: 'cloudformation:DescribeStacks',
          resource: findStack(inRegion(caller), parameters.get('StackName'))?.stackId ?? '*',
        }),
        run: (parameters, caller) => describeStacks(inRegion(caller), parameters, createdAt, PAGE_SIZE),
      },
      ListStacks: {
        permission: () => ({ action: 'cloudformation:ListStacks', resource: '*' }),
        run: (parameters, caller) => listStacks(inRegion(caller), parameters, createdAt, PAGE_SIZE),
      },
    },
  };
}

/** @throws QueryError ValidationError for a stack that is not there */
export function describeStacks(
  stacks: DeployedStack[],
  parameters: Parameters,
  createdAt: Date,
  pageSize: number,
): XmlElements {
  const name = parameters.get('StackName');
  if (name === undefined) {
    const { items, nextToken } = pageOf(stacks, parameters.get('NextToken'), pageSize);
    return { Stacks: { member: items.map((stack) => describe(stack, stacks, createdAt)) }, NextToken: nextToken };
  }
  const stack = findStack(stacks, name);
  if (!stack) throw new QueryError('ValidationError', `Stack with id ${name} does not exist`);
  return { Stacks: { member: [describe(stack, stacks, createdAt)] } };
}

export function listStacks(
  stacks: DeployedStack[],
  parameters: Parameters,
  createdAt: Date,
  pageSize: number,
): XmlElements {
  const wanted = [...parameters]
    .filter(([key]) => key.startsWith('StackStatusFilter.member.'))
    .map(([, value]) => value);
  const matching = stacks.filter((stack) => wanted.length === 0 || wanted.includes(statusOf(stack)));
  const { items, nextToken } = pageOf(matching, parameters.get('NextToken'), pageSize);
  return {
    StackSummaries: { member: items.map((stack) => summarize(stack, stacks, createdAt)) },
    NextToken: nextToken,
  };
}

/** By name or by id. */
function findStack(stacks: DeployedStack[], name: string | undefined): DeployedStack | undefined {
  return stacks.find(({ stackName, stackId }) => name === stackName || name === stackId);
}

function summarize(stack: DeployedStack, stacks: DeployedStack[], createdAt: Date): XmlElements {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    TemplateDescription: stack.description,
    CreationTime: createdAt.toISOString(),
    StackStatus: statusOf(stack),
    ParentId: stack.parentId,
    RootId: stack.parentId && rootOf(stack, stacks).stackId,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function describe(stack: DeployedStack, stacks: DeployedStack[], createdAt: Date): XmlElements {
  const { TemplateDescription, ...summary } = summarize(stack, stacks, createdAt);
  return {
    ...summary,
    Description: TemplateDescription,
    DisableRollback: false,
    EnableTerminationProtection: false,
    Parameters: {
      member: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    },
    Outputs: {
      member: stack.outputs.map(({ key, value, description, exportName }) => ({
        OutputKey: key,
        OutputValue: value,
        Description: description,
        ExportName: exportName,
      })),
    },
  };
}

function statusOf({ status = 'CREATE_COMPLETE' }: DeployedStack): string {
  return status;
}

function rootOf(stack: DeployedStack, stacks: DeployedStack[]): DeployedStack {
  const parent = stacks.find(({ stackId }) => stackId === stack.parentId);
  return parent ? rootOf(parent, stacks) : stack;
}
