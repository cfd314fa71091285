import type { Agent } from 'node:http';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { CommandError } from '../terminal/command-error';
import { configuredProfiles } from './configured-profiles';
import type { ProxySettings } from './proxy';
import { isRegion } from './region';

// The SDK's notice about the Node.js versions of its next year is for its developers, not for those who run a command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Whom and where to ask, as the user of the command chose; what is left out comes from the environment. */
export interface SessionOptions {
  /** @default - one, as every AWS tool finds it */
  region?: string[];
  profile?: string;
  /** Asks for the code of an MFA device; absent: nobody is there to ask. */
  mfaCode?: (serial: string) => Promise<string>;
}

/** Where the calls of a run go to and who signs them: what every client of the SDK is made with. */
export interface Session {
  region: string;
  /** Name of the profile in the AWS configuration files, where one is chosen. */
  profile?: string;
  /** Proxies that requests go through, where the environment names any. */
  proxies?: string[];
  client: ClientOptions;
}

interface ClientOptions {
  region: string;
  profile?: string;
  credentials: SessionCredentials;
  /** Only where it does not come from the environment, as `AWS_ENDPOINT_URL` does. */
  endpoint?: string;
  /** How long to wait, and agents for the proxies; absent: the SDK's own. */
  requestHandler?: Patience & { httpAgent?: Agent; httpsAgent?: Agent };
}

/** Milliseconds. */
interface Patience {
  connectionTimeout: number;
  /** How long a connection may say nothing. */
  socketTimeout: number;
}

/** The SDK would wait for S3 and Lambda for ever. The AWS CLI waits as long for an answer. */
const patience: Patience = { connectionTimeout: 10_000, socketTimeout: 60_000 };

type SessionCredentials =
  | ReturnType<typeof fromNodeProviderChain>
  | { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/**
 * Sessions with credentials, region and endpoint as every AWS tool takes them (flags, then the environment, then the
 * configuration files), one for each region that is asked for.
 *
 * @throws CommandError if the profile does not exist or no region is set
 */
export async function openSessions(options: SessionOptions): Promise<[Session, ...Session[]]> {
  const profile = options.profile ?? (process.env.AWS_PROFILE || undefined);
  if (profile !== undefined) await requireProfile(profile);
  const regions = new Set(options.region);
  const [region = await resolveRegion(profile), ...others] = regions;
  const proxy = await proxiesOf(process.env);
  const requestHandler = { ...patience, ...proxy?.agents };
  const credentials = fromNodeProviderChain({
    profile: options.profile,
    mfaCodeProvider: options.mfaCode,
    clientConfig: { requestHandler },
    // Its only warning says that keys in the environment lose to AWS_PROFILE; not so where --profile chose.
    logger: options.profile === undefined ? undefined : silent,
  });
  const client = { region, profile, credentials, requestHandler };
  const first: Session = { region, profile, ...(proxy && { proxies: proxy.names }), client };
  return [first, ...others.map((other) => inRegion(first, other))];
}

/** The same session for another region. */
export function inRegion(session: Session, region: string): Session {
  return { ...session, region, client: { ...session.client, region } };
}

/** A session with one endpoint for everything, as the stand-in for AWS has. */
export function sessionAt(endpoint: string, region: string, credentials: SessionCredentials): Session {
  return { region, client: { region, endpoint, credentials } };
}

async function requireProfile(profile: string): Promise<void> {
  const known = await configuredProfiles();
  if (known.includes(profile)) return;
  const list = known.map((name) => `  ${name}`).join('\n');
  throw new CommandError(
    `There is no AWS profile named ${profile}.`,
    known.length > 0
      ? `Choose one with --profile or AWS_PROFILE; these exist:\n${list}`
      : 'No profile is configured at all: run `aws configure` or `aws configure sso`.',
  );
}

/** The proxies' part is loaded only where a variable asks for it: most have none. */
async function proxiesOf(env: Record<string, string | undefined>): Promise<ProxySettings | undefined> {
  return namesProxy(env) ? (await import('./proxy')).environmentProxies() : undefined;
}

/** Whether a variable of `env` names a proxy. */
export function namesProxy(env: Record<string, string | undefined>): boolean {
  return ['http_proxy', 'https_proxy', 'all_proxy'].some((name) => env[name] || env[name.toUpperCase()]);
}

async function resolveRegion(profile: string | undefined): Promise<string> {
  // The SDK for JavaScript does not read AWS_DEFAULT_REGION; the AWS CLI and the other SDKs do.
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => process.env[name]);
  const region = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && region !== undefined && !isRegion(region)) throw noRegion(region, variable);
  const client = new CloudFormationClient({ region, profile });
  try {
    return await client.config.region();
  } catch (error) {
    const named = /^Region not accepted: region="(.*?)"/.exec(error instanceof Error ? error.message : '')?.[1];
    if (named !== undefined) throw noRegion(named, `profile ${profile ?? 'default'}`);
    throw new CommandError(
      profile === undefined ? 'No AWS region is set.' : `No AWS region is set, and profile ${profile} names none.`,
      'Set AWS_REGION or pass --region, for example --region eu-central-1.',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}

function noRegion(region: string, from: string): CommandError {
  return new CommandError(
    `${JSON.stringify(region)} in ${from} is not an AWS region.`,
    'Write it as eu-central-1, or pass --region.',
  );
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
