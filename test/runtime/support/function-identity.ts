import type { FunctionIdentity } from '../../../runtime/function-identity';

/** What a sampler knows of the function that it is in. */
export const identity: FunctionIdentity = {
  functionName: 'f',
  functionVersion: '1',
  runtime: 'nodejs24.x',
  arch: 'arm64',
  memoryMb: '512',
  codeHash: '',
  taskRoot: '/var/task',
  runtimeRoot: '/var/runtime',
};
