import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishAssets } from './assets';
import { type CloudAssembly, DEFAULT_ACCOUNT, DEFAULT_REGION, readCloudAssembly } from './cloud-assembly';
import { cloudFormationService } from './cloudformation/api';
import { deploy } from './cloudformation/deploy';
import type { Stack } from './cloudformation/deployed-stack';
import { type Faults, inject, summarizeRequest } from './faults';
import { deployedFunctions } from './functions';
import { BodyTooLarge, type HttpRequest, type HttpResponse, readRequest, writeResponse } from './http';
import { authenticate } from './iam/authenticate';
import { administrator, bucketPolicies, CredentialStore, roleSession } from './iam/identities';
import type { Isolation } from './lambda/isolation';
import { Fleet } from './lambda-api/fleet';
import { FunctionRegistry } from './lambda-api/registry';
import { answerLambda } from './lambda-api/service';
import { answerQuery } from './query-protocol';
import { Bucket } from './s3/bucket';
import { S3Error, s3ErrorResponse } from './s3/errors';
import { answerS3 } from './s3/service';
import { scratchFolder } from './scratch';
import { type Claim, readClaim } from './sigv4';
import { securityTokenService } from './sts';
import type { Credentials, DeployedFunction, DeployedStack } from './types';
import { answerUnsupported } from './unsupported';

export interface LocalAwsOptions {
  /** A cloud assembly, or the directory of one. */
  assembly: CloudAssembly | string;
  /** @default - any that is free */
  port?: number;
  /** Makes requests fail, for tests. */
  faults?: Faults;
  /**
   * How long a change to a function is in progress, milliseconds.
   * @default 300 - on AWS it is seconds
   */
  functionUpdateMs?: number;
  /**
   * Gives functions that are invoked through Lambda's API a file system as on Lambda.
   * @default - they see this machine's
   */
  isolation?: Isolation;
}

/** A running stand-in for S3, CloudFormation, STS and Lambda, with an app "deployed" into it. */
export interface LocalAws {
  /** `http://127.0.0.1:4566`: for `AWS_ENDPOINT_URL`. */
  endpointUrl: string;
  /** Account and region of the app's first stack. */
  accountId: string;
  region: string;
  /** May do everything in that account: for people and their tools. */
  adminCredentials: Credentials;
  stacks: DeployedStack[];
  functions: DeployedFunction[];
  /** What could only be guessed about the app, or cannot be run here; one sentence each. */
  warnings: string[];
  s3: LocalS3;
  /** Credentials of a session of a role: what Lambda gives to a function with it. The same at each call. */
  credentialsFor(roleArn: string): Credentials;
  /** Ends all connections, and removes what was written to disk. */
  close(): Promise<void>;
}

export interface LocalS3 {
  /** By name. */
  buckets: ReadonlyMap<string, Bucket>;
  /** Makes a bucket that the app expects to exist; nothing happens where it does. */
  createBucket(name: string, region?: string): Bucket;
}

/** Bytes of a request's body: everything is kept in memory. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/**
 * Starts a stand-in for AWS on 127.0.0.1.
 *
 * @throws where the assembly cannot be read, its templates are not what CloudFormation would take, or the port is taken
 */
export async function startLocalAws({
  assembly,
  port = 0,
  faults,
  functionUpdateMs = 300,
  isolation,
}: LocalAwsOptions): Promise<LocalAws> {
  const { stacks, warnings, standIns } = deploy(typeof assembly === 'string' ? readCloudAssembly(assembly) : assembly);
  const accountId = stacks[0]?.accountId ?? DEFAULT_ACCOUNT;
  const region = stacks[0]?.region ?? DEFAULT_REGION;
  const scratch = scratchFolder('code');
  try {
    const found = deployedFunctions(stacks, scratch, standIns);
    const credentials = new CredentialStore();
    const buckets = bucketsOf(stacks);
    publishAssets(stacks, buckets);
    const summaries = stacks.map(summarizeStack);
    const cloudFormation = cloudFormationService(summaries, new Date());

    const sessions = new Map<string, Credentials>();
    const credentialsFor = (roleArn: string): Credentials => {
      const session = sessions.get(roleArn) ?? credentials.issue(roleSession(roleArn, 'local', stacks), 'session');
      sessions.set(roleArn, session);
      return session;
    };
    let endpointUrl = '';
    const lambda = {
      registry: new FunctionRegistry(stacks, found.functions, new Date(), functionUpdateMs),
      fleet: new Fleet((roleArn) => ({ endpointUrl, credentials: credentialsFor(roleArn), isolation })),
    };

    const answer: Answer = (request, service, claim) => {
      const now = new Date();
      const authentication = authenticate(request, claim, credentials, now);
      switch (service) {
        case 's3':
          return answerS3(request, authentication, buckets, now);
        case 'cloudformation':
          return answerQuery(cloudFormation, request, authentication, now);
        case 'sts':
          return answerQuery(securityTokenService, request, authentication, now);
        case 'lambda':
          return answerLambda(lambda, request, authentication, now);
        default:
          return answerUnsupported(service, request);
      }
    };
    const server = createServer((message, response) => {
      serve(message, response, answer, faults).catch((error: Error) => {
        // A client that went away meanwhile; or a mistake of ours, which must not look like a hang.
        if (response.headersSent || response.destroyed) return;
        writeResponse(response, s3ErrorResponse(new S3Error('InternalError', error.message), message.url ?? '', ''));
      });
    });
    await listen(server, port);

    endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      endpointUrl,
      accountId,
      region,
      adminCredentials: credentials.issue(administrator(accountId), 'user'),
      stacks: summaries,
      functions: found.functions,
      warnings: [...warnings, ...found.warnings],
      s3: {
        buckets,
        createBucket(name, bucketRegion = region) {
          const bucket = buckets.get(name) ?? new Bucket(name, bucketRegion, accountId, []);
          buckets.set(name, bucket);
          return bucket;
        },
      },
      credentialsFor,
      async close() {
        await lambda.fleet.close();
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
        rmSync(scratch, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

type Answer = (
  request: HttpRequest,
  service: string,
  claim: Claim | 'malformed' | undefined,
) => HttpResponse | Promise<HttpResponse>;

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  faults: Faults | undefined,
): Promise<void> {
  let request: HttpRequest;
  try {
    request = await readRequest(message, MAX_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    const tooLarge = new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      MaxSizeAllowed: MAX_BODY_BYTES,
    });
    writeResponse(response, s3ErrorResponse(tooLarge, message.url ?? '', ''));
    return;
  }
  if (!isDecodable(request.url)) {
    writeResponse(
      response,
      s3ErrorResponse(new S3Error('InvalidURI', "Couldn't parse the specified URI."), request.url, ''),
    );
    return;
  }
  const claim = readClaim(request.url, request.headers);
  const service = typeof claim === 'object' ? claim.service : anonymousService(request);
  if (
    await inject(
      faults?.(summarizeRequest(service, typeof claim === 'object' ? claim.region : '', request)),
      service,
      response,
    )
  )
    return;
  writeResponse(response, await answer(request, service, claim));
}

/** Whether percent-encoding is right in a path and a query, on which everything after this relies. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

/** S3 is the one service that is used without a signature; the others can be told by the form that they are sent. */
function anonymousService({ headers }: HttpRequest): string {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? 'cloudformation' : 's3';
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} of 127.0.0.1 is taken. Choose another one, or none for any.`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function bucketsOf(stacks: Stack[]): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const { resources, region, accountId } of stacks) {
    for (const { type, physicalId } of resources) {
      if (type !== 'AWS::S3::Bucket') continue;
      buckets.set(physicalId, new Bucket(physicalId, region, accountId, bucketPolicies(physicalId, stacks)));
    }
  }
  return buckets;
}

function summarizeStack({ parent, source, resources, ...stack }: Stack): DeployedStack {
  return { ...stack, ...(parent && { parentId: parent.stackId }) };
}
