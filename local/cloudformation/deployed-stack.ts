import type { AssemblyStack } from '../cloud-assembly';
import type { JsonObject } from './template';

export interface Stack {
  stackName: string;
  stackId: string;
  accountId: string;
  region: string;
  description?: string;
  parameters: Record<string, string>;
  outputs: { key: string; value: string; description?: string; exportName?: string }[];
  resources: Resource[];
  parent?: Stack;
  /** Where the template came from: assets and construct paths are found there. */
  source: AssemblyStack;
}

export interface Resource {
  logicalId: string;
  type: string;
  /** What `Ref` gives. */
  physicalId: string;
  properties: JsonObject;
  attributes: JsonObject;
  /** Ids from the top-level stack on, without a last `Resource`; the logical id where the CDK left no metadata. */
  constructPath: string;
}
