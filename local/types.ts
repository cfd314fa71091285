/** What AWS calls temporary or long-lived credentials: what a client signs with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Present where a role was assumed; requests must carry it. */
  sessionToken?: string;
}

/** A Lambda function with a Node.js runtime, as its template describes it, everything resolved. */
export interface DeployedFunction {
  /** Name of the top-level stack, also for a function in a nested stack: the name that people know. */
  stackName: string;
  logicalId: string;
  /** Ids from the top-level stack to the function, joined with `/`: `Api/Orders`. Without CDK metadata, the logical id. */
  constructPath: string;
  /** Physical name, given or made up as CloudFormation would. */
  functionName: string;
  /** @default '$LATEST' */
  version?: string;
  /** For example `nodejs24.x`. */
  runtime: string;
  /** For example `index.handler`. */
  handler: string;
  /** @default - Lambda's: 3 */
  timeoutSeconds: number;
  /** @default - Lambda's: 128 */
  memoryMb: number;
  architecture: 'x86_64' | 'arm64';
  /** The function's own variables, without those that Lambda adds. */
  environment: Record<string, string>;
  /** Variables whose value only AWS knows, and what stands for it in `environment`; absent: none. */
  unknownVariables?: UnknownVariable[];
  /** What would be at /var/task. */
  codeDirectory: string;
  /** What would be merged into /opt, in the order in which Lambda extracts them: later ones win. */
  layerDirectories: string[];
  roleArn: string;
  region: string;
}

/** A variable that holds something made up. */
export interface UnknownVariable {
  name: string;
  /** What the true value is: `secret shop/db, key password`. */
  what: string;
}

/** A stack, or a nested stack, with its resources "created". */
export interface DeployedStack {
  stackName: string;
  stackId: string;
  region: string;
  accountId: string;
  /** @default 'CREATE_COMPLETE' */
  status?: string;
  description?: string;
  parameters: Record<string, string>;
  outputs: StackOutput[];
  /** Stack id of the stack that this one is nested in. */
  parentId?: string;
}

export interface StackOutput {
  /** Logical id of the output. */
  key: string;
  value: string;
  description?: string;
  exportName?: string;
}
