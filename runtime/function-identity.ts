import { RUNTIME_ROOT } from '../lib/contract/places';
import type { Mapping } from '../profile/model/profile';

/** Which code ran, and where: what tells one function's snapshots from another's. */
export interface FunctionIdentity {
  functionName: string;
  functionVersion: string;
  /** For example `nodejs24.x`. */
  runtime: string;
  /** `arm64` or `x86_64`. */
  arch: string;
  memoryMb: string;
  codeHash: string;
  /** Where the user's code lies. */
  taskRoot: string;
  /** Where Lambda's runtime client lies. */
  runtimeRoot: string;
}

export function readIdentity(env: Record<string, string | undefined>, codeHash: string): FunctionIdentity {
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '',
    runtime: (env.AWS_EXECUTION_ENV ?? '').replace(/^AWS_Lambda_/, ''),
    arch: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    memoryMb: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    codeHash,
    taskRoot: taskRoot(env),
    runtimeRoot: env.LAMBDA_RUNTIME_DIR ?? RUNTIME_ROOT,
  };
}

export function taskRoot(env: Record<string, string | undefined>): string {
  return env.LAMBDA_TASK_ROOT ?? process.cwd();
}

/** One mapping for each deployed bundle: merges and diffs across deployments keep them apart by it. */
export function mappingOf(identity: FunctionIdentity): Mapping {
  return {
    memoryStart: 0,
    memoryLimit: 0,
    fileOffset: 0,
    filename: identity.functionName,
    buildId: identity.codeHash,
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
    hasInlineFrames: false,
  };
}
