import {
  type FunctionConfiguration as Described,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  paginateListAliases,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { type AwsCall, callAws } from './errors';
import type { Session } from './session';

/** A function as Lambda has it now. */
export interface FunctionConfiguration {
  name: string;
  arn: string;
  /** `nodejs24.x`; empty for a container image. */
  runtime: string;
  handler: string;
  image: boolean;
  memoryMb: number;
  /** ARNs of layer versions. */
  layers: string[];
  /** The variables, or why they cannot be seen: one with a key of its own shows them to those who may decrypt only. */
  environment: { variables: Record<string, string> } | { hidden: string };
  /** When code or configuration was last changed. */
  lastModified: Date;
  /** A new one with every change. */
  revisionId: string;
  /** `Active`, `Pending`, `Inactive` or `Failed`. */
  state: string;
  update: { status: 'Successful' | 'InProgress' | 'Failed'; reason: string };
}

/** An alias and the version that its callers get. */
export interface Alias {
  name: string;
  version: string;
}

/** What becomes of an attempt to change a function: it may have been changed, or be changing, since it was read. */
export type ChangeOutcome = 'done' | 'changed' | 'busy' | 'too-large';

/** What an invocation came to. */
export interface Invoked {
  /** Present where the function failed: what it has said about that. */
  error?: { errorType: string; errorMessage: string };
  /** The last 4 KB of the log, where they were asked for. */
  log?: string;
}

/** Lambda, as far as the command needs it; failures are CommandErrors unless said otherwise. */
export interface Lambda {
  /** Undefined: there is no such function. */
  configuration(name: string): Promise<FunctionConfiguration | undefined>;
  aliases(name: string): Promise<Alias[]>;
  /** Gives `name` these variables in place of all others, if it is still at that revision. */
  setEnvironment(name: string, variables: Record<string, string>, revisionId: string): Promise<ChangeOutcome>;
  /** Invokes `name` once, without another try. @throws what the SDK throws */
  invoke(name: string, event: Uint8Array, options: InvokeOptions): Promise<Invoked>;
  close(): void;
}

export interface InvokeOptions {
  /** Version or alias. */
  qualifier?: string;
  /** Ask for the log. */
  log: boolean;
  signal: AbortSignal;
}

/** Lambda in the region of a session. @param connections at a time; 0: the SDK's default of 50 */
export function openLambda(session: Session, connections = 0): Lambda {
  const client = new LambdaClient(session.client);
  // An invocation that was refused counts as such, and one that has reached the function must not run twice.
  const once = new LambdaClient({
    ...session.client,
    maxAttempts: 1,
    requestHandler: {
      ...(connections > 0 && { httpAgent: agentOf(connections), httpsAgent: agentOf(connections) }),
      ...session.client.requestHandler,
      socketTimeout: 0, // a function may take 15 minutes
    },
  });

  return {
    async configuration(name) {
      return callAws(session, functionCall(session, 'GetFunctionConfiguration', name), async () => {
        try {
          return plain(await client.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
        } catch (error) {
          if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
          throw error;
        }
      });
    },

    async aliases(name) {
      return callAws(session, functionCall(session, 'ListAliases', name), async () => {
        const aliases: Alias[] = [];
        for await (const page of paginateListAliases({ client }, { FunctionName: name })) {
          for (const { Name, FunctionVersion } of page.Aliases ?? []) {
            aliases.push({ name: Name ?? '', version: FunctionVersion ?? '' });
          }
        }
        return aliases;
      });
    },

    async setEnvironment(name, variables, revisionId) {
      return callAws(session, functionCall(session, 'UpdateFunctionConfiguration', name), async () => {
        try {
          const change = { FunctionName: name, Environment: { Variables: variables }, RevisionId: revisionId };
          await client.send(new UpdateFunctionConfigurationCommand(change));
          return 'done';
        } catch (error) {
          const outcome = outcomeOf(error);
          if (outcome) return outcome;
          throw error;
        }
      });
    },

    async invoke(name, event, { qualifier, log, signal }) {
      const { FunctionError, Payload, LogResult } = await once.send(
        new InvokeCommand({
          FunctionName: name,
          Qualifier: qualifier,
          Payload: event,
          LogType: log ? 'Tail' : 'None',
        }),
        { abortSignal: signal },
      );
      return {
        ...(FunctionError !== undefined && { error: functionError(FunctionError, Payload) }),
        ...(LogResult !== undefined && { log: Buffer.from(LogResult, 'base64').toString() }),
      };
    },

    close() {
      client.destroy();
      once.destroy();
    },
  };
}

function agentOf(connections: number): { maxSockets: number; keepAlive: true } {
  return { maxSockets: connections, keepAlive: true };
}

/** How calls about a function are named in errors. */
export function functionCall({ region }: Session, action: string, name: string): AwsCall {
  return {
    action: `lambda:${action}`,
    resource: `arn:aws:lambda:${region}:*:function:${name}`,
    subject: `function ${name}`,
  };
}

function outcomeOf(error: unknown): ChangeOutcome | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'PreconditionFailedException') return 'changed';
  if (error.name === 'ResourceConflictException') return 'busy';
  if (error.name === 'InvalidParameterValueException' && /4\s?KB/i.test(error.message)) return 'too-large';
  return undefined;
}

function plain(fn: Described): FunctionConfiguration {
  const status = fn.LastUpdateStatus;
  return {
    name: fn.FunctionName ?? '',
    arn: fn.FunctionArn ?? '',
    runtime: fn.Runtime ?? '',
    handler: fn.Handler ?? '',
    image: fn.PackageType === 'Image',
    memoryMb: fn.MemorySize ?? 128,
    layers: (fn.Layers ?? []).map((layer) => layer.Arn ?? ''),
    environment: fn.Environment?.Error
      ? { hidden: fn.Environment.Error.Message ?? fn.Environment.Error.ErrorCode ?? 'Lambda does not say why' }
      : { variables: fn.Environment?.Variables ?? {} },
    // `2026-11-22T10:00:00.000+0000`, which not every engine takes for a date.
    lastModified: new Date((fn.LastModified ?? '').replace(/\+0000$/, 'Z')),
    revisionId: fn.RevisionId ?? '',
    state: fn.State ?? 'Active',
    update: {
      status: status === 'InProgress' || status === 'Failed' ? status : 'Successful',
      reason: fn.LastUpdateStatusReason ?? fn.StateReason ?? '',
    },
  };
}

/** What a function that failed returns; what it says need not be of that form. */
function functionError(kind: string, payload: Uint8Array | undefined): { errorType: string; errorMessage: string } {
  const text = Buffer.from(payload ?? []).toString();
  try {
    const { errorType, errorMessage } = JSON.parse(text);
    return { errorType: String(errorType ?? kind), errorMessage: String(errorMessage ?? '') };
  } catch {
    return { errorType: kind, errorMessage: text.slice(0, 200) };
  }
}
