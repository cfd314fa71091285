/** What a request says of itself. */
export interface RequestFacts {
  method: string;
  /** With or without a port. */
  host: string;
  /** The `authorization` header. */
  authorization?: string;
  /** The `x-amz-target` header: `DynamoDB_20120810.GetItem`. */
  target?: string;
}

/**
 * What is waited for, as few different names as there are kinds of requests: the service of AWS and the operation where
 * the headers tell them, or else the method; or the method and the host.
 */
export function requestName({ method, host, authorization, target }: RequestFacts): string {
  const known = knownHost(host);
  const service = signedService(authorization) ?? known.service;
  if (!service) return `${method} ${known.name}`;
  return `${service} ${target ? target.slice(target.lastIndexOf('.') + 1) : method}`;
}

/** Hosts that are remembered: what they are called is looked for once. */
const MAX_HOSTS = 100;
const hosts = new Map<string, { name: string; service: string | undefined }>();

function knownHost(host: string): { name: string; service: string | undefined } {
  const known = hosts.get(host) ?? { name: host.replace(/:\d+$/, ''), service: serviceOfHost(host) };
  if (hosts.size < MAX_HOSTS) hosts.set(host, known);
  return known;
}

/** A signature names the service that it is for, whatever the endpoint: `…/eu-west-1/dynamodb/aws4_request`. */
function signedService(authorization: string | undefined): string | undefined {
  if (!authorization?.startsWith('AWS4-')) return undefined;
  return /Credential=[^,]*\/([a-z0-9-]+)\/aws4_request/.exec(authorization)?.[1];
}

/** Of a host of AWS's that a request is not signed for (STS with a web identity, a presigned URL). */
function serviceOfHost(host: string): string | undefined {
  const labels = /^(.+)\.amazonaws\.com(\.cn)?(:\d+)?$/.exec(host)?.[1].split('.');
  if (!labels) return undefined;
  // `bucket.s3.eu-west-1`, `dynamodb.eu-west-1`, `s3`: what is before the region.
  const region = labels.findIndex((label) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(label));
  return labels[region < 0 ? labels.length - 1 : Math.max(0, region - 1)];
}

/** Protocols by the port that their servers listen at: what is sent there is not looked at. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1433: 'sqlserver',
  1521: 'oracle',
  3306: 'mysql',
  5432: 'postgresql',
  5672: 'amqp',
  6379: 'redis',
  6380: 'redis',
  9042: 'cassandra',
  9092: 'kafka',
  11211: 'memcached',
  27017: 'mongodb',
};

/** What is waited for on a connection of which only the address is known. */
export function connectionName(host: string, port: number): string {
  return PROTOCOLS[port] ? `${PROTOCOLS[port]} ${host}` : `tcp ${host}:${port}`;
}
