import { CommandError } from '../terminal/command-error';
import type { Session } from './session';

/** A call to AWS: what IAM calls it, and on what. */
export interface AwsCall {
  /** For example `s3:GetObject`. */
  action: string;
  /** ARN of what the action needs to be allowed on, or `*`. */
  resource: string;
  /** What the endpoint was asked, for people: `bucket orders-profiles`. */
  subject: string;
}

/** Runs `call` and turns what AWS answers into an error that says what to do. */
export async function callAws<T>(session: Session, about: AwsCall, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explain(error, session, about);
  }
}

const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
const rejected = new Set([
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const denied = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AllAccessDisabled']);
const skewed = new Set(['RequestTimeTooSkewed', 'RequestExpired']);
/** What services other than S3 say of a wrong clock, with the code of a wrong signature. */
const skewedText = /^Signature (expired|not yet current)/;
const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** A certificate that is not valid for the endpoint, or not now; and what answers without TLS. */
const invalidTls = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);
const withoutTls = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);
const throttled = new Set([
  'RequestLimitExceeded',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const elsewhere = new Set(['AuthorizationHeaderMalformed', 'IllegalLocationConstraintException', 'PermanentRedirect']);
const notEnabled = new Set(['OptInRequired', 'AuthFailure']);
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

/** Whether AWS does not allow what has failed with `error`. */
export function isAccessDenied({ cause }: CommandError): boolean {
  return cause instanceof Error && denied.has(facts(cause).code);
}

/** `error` of `about` as one sentence and a remedy; errors that say so already stay as they are. */
export function explain(error: unknown, session: Session, about: AwsCall): unknown {
  if (error instanceof CommandError || !(error instanceof Error)) return error;
  const { code, text, endpoint, status } = facts(error);
  const say = (message: string, remedy: string) => new CommandError(message, remedy, { cause: error });
  const as = session.profile === undefined ? '' : ` of profile ${session.profile}`;

  if (isSsoProblem(error)) {
    return say(
      `The AWS session${as} has expired or was never opened.`,
      `Run \`${loginCommand(error, session)}\` and try again.`,
    );
  }
  if (/MFA|multi-factor/i.test(error.message) && isCredentialsProblem(error)) {
    return say(`Credentials${as} need the code of an MFA device.`, 'Run the command on a terminal, where it can ask.');
  }
  if (isCredentialsProblem(error)) {
    return say(
      session.profile === undefined
        ? 'No AWS credentials were found.'
        : `Profile ${session.profile} gives no credentials: ${oneLine(error.message)}.`,
      'Sign in as for every AWS tool: `aws login`, `aws sso login --profile P`, `aws configure`, AWS_PROFILE or\nAWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or choose a profile with --profile.',
    );
  }
  if (expired.has(code)) {
    const ofEnvironment = session.profile === undefined && process.env.AWS_SESSION_TOKEN;
    return say(
      `The AWS credentials${as} have expired.`,
      ofEnvironment
        ? 'They are those of the environment: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew, or unset\nthem and choose a profile with --profile.'
        : `Renew them, for example with \`aws sso login${profileFlag(session)}\`, and try again.`,
    );
  }
  if (skewed.has(code) || skewedText.test(text)) {
    return say(
      `AWS does not accept the signature's time, the clock of this computer is probably wrong (${oneLine(text)}).`,
      'Set the clock and try again.',
    );
  }
  if (rejected.has(code)) {
    return say(
      `AWS does not accept the credentials${as} (${code}).`,
      `Check that the access key exists, is active and belongs to its secret, that region ${session.region} is enabled for the\naccount. Check the endpoint, too.`,
    );
  }
  if (notEnabled.has(code)) {
    return say(
      `Region ${session.region} is not enabled for the account${as}, or its credentials do not count there (${code}).`,
      'Enable the region in the settings of the account, or choose another one with --region.',
    );
  }
  if (elsewhere.has(code)) {
    const region = /expecting '([a-z0-9-]+)'/.exec(text)?.[1];
    return say(
      `The endpoint of region ${session.region} does not answer for ${about.subject}: it is ${region ? `in ${region}` : 'in another region'}.`,
      `Choose that region with --region${region ? ` ${region}` : ''}, and check AWS_ENDPOINT_URL if it is set.`,
    );
  }
  if (code.startsWith('KMS.') && !/AccessDenied/.test(code)) {
    return say(
      `S3 cannot use the KMS key of ${about.subject} (${code}): ${oneLine(text)}.`,
      'Enable the key, or cancel its deletion. Objects that were encrypted with a deleted key cannot be read any more.',
    );
  }
  if (code === 'NoSuchBucket') {
    return say(
      `There is no such bucket, or it does not exist any more: ${about.subject}.`,
      'Check its name. If the outputs of a stack name it, deploy the stack again; if it was deleted on purpose, there is\nnothing left to fetch.',
    );
  }
  // The answer to HEAD has no body that could name the error.
  if (denied.has(code) || (status === 403 && /^(Unknown|UnknownError|Forbidden|403)$/.test(code))) {
    const { action, resource, because } = refusalIn(text) ?? { ...about, because: '' };
    const decrypts =
      action === 's3:GetObject' ? '\nIf a KMS key encrypts the objects, kms:Decrypt on that key is required, too.' : '';
    const forbids = /with an explicit deny in (?:an? )?([\w -]+)/.exec(text)?.[1];
    if (forbids !== undefined) {
      return say(
        `Access denied: ${oneLine(forbids)} forbids the credentials${as} to call ${action} on ${resource}.`,
        'Allowing the action in another policy does not help: change the policy that denies it, or sign in as another role or user.',
      );
    }
    return say(
      `Access denied: the credentials${as} may not call ${action} on ${resource}${because}.`,
      `Allow this action on this resource for the role or user that you sign in as, or sign in as another one.${decrypts}`,
    );
  }
  if (throttled.has(code)) {
    return say(`AWS limits the rate of ${about.action} at the moment (${code}).`, 'Try again in a minute.');
  }
  if (status === 407) {
    return say(
      `The proxy ${(session.proxies ?? []).join(' or ')} requires a user and a password.`,
      'Put them into the variable: HTTPS_PROXY=http://user:password@host:port.',
    );
  }
  if (untrusted.has(code)) {
    return say(
      `The certificate of the endpoint for ${about.action} is not trusted (${code}).`,
      'If a proxy of your company decrypts connections, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
    );
  }
  if (invalidTls.has(code)) {
    return say(
      `The certificate of the endpoint for ${about.action} is not valid (${code}): ${oneLine(text)}.`,
      'Check the clock of this computer, and AWS_ENDPOINT_URL and the proxy if they are set.',
    );
  }
  if (withoutTls.has(code)) {
    return say(
      `The server that answers for ${about.action} does not support TLS (${code}).`,
      'Check AWS_ENDPOINT_URL and the proxy: is it http:// there in place of https://?',
    );
  }
  if (unreachable.has(code) || isTimeout(error)) {
    return say(
      `AWS cannot be reached for ${about.action} in region ${session.region}${endpoint ? ` at ${endpoint}` : ''} (${code || error.name}).`,
      whenUnreachable(code, session, isTimeout(error)),
    );
  }
  if (status !== undefined && status >= 500) {
    return say(
      `AWS has failed to answer ${about.action} on ${about.subject} (${status}, ${code || error.name}).`,
      'Try again in a minute; https://health.aws.amazon.com shows the state of each region.',
    );
  }
  return say(
    `AWS answered ${about.action} on ${about.subject} with ${code || error.name}: ${oneLine(text)}`,
    'PROFILED_FN_DEBUG=1 shows the whole error.',
  );
}

function isTimeout({ name }: Error): boolean {
  return name === 'TimeoutError' || name === 'AbortError';
}

/** What to look at: no permission helps where nothing has answered. */
function whenUnreachable(code: string, { region, proxies }: Session, isTimeout: boolean): string {
  if (proxies) {
    return `Requests go through the proxy ${proxies.join(' or ')} (HTTPS_PROXY, HTTP_PROXY, NO_PROXY): check it, the network and\nthe region (--region, AWS_REGION).`;
  }
  const endpoint = Object.entries(process.env).find(([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value);
  if (endpoint)
    return `Check the server at ${endpoint[1]}, which ${endpoint[0]} names, and the region (--region, AWS_REGION).`;
  if (code === 'ENOTFOUND')
    return `Check the network, and the region (--region, AWS_REGION): is there a region ${region}?`;
  if (code === 'EAI_AGAIN') return 'Names cannot be resolved: check the network and DNS.';
  if (isTimeout || code === 'ETIMEDOUT') {
    return 'Nothing has answered in time: check the network, a VPN and the firewall, or set HTTPS_PROXY where requests need a proxy;\nthe region is that of --region or AWS_REGION.';
  }
  return 'Check the network, the region (--region, AWS_REGION) and AWS_ENDPOINT_URL if it is set.';
}

/** What AWS or Node.js calls the error; the network's own code counts more than the wrapper's. */
function facts(error: Error): { code: string; text: string; endpoint?: string; status?: number } {
  const fields = error as {
    Code?: unknown;
    code?: unknown;
    address?: unknown;
    port?: unknown;
    hostname?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const inner = error instanceof AggregateError ? error.errors.find((each) => each instanceof Error) : undefined;
  if (inner && typeof fields.code !== 'string') return facts(inner);
  const code = [fields.code, fields.Code, error.name].find((each) => typeof each === 'string' && each !== 'Error');
  const host = fields.address ?? fields.hostname;
  return {
    code: String(code ?? ''),
    text: error.message || String(code ?? error.name),
    endpoint: host === undefined ? undefined : [host, fields.port].filter((each) => each !== undefined).join(':'),
    status: fields.$metadata?.httpStatusCode,
  };
}

/** What AWS says is not allowed. That may be another call than ours: S3 asks KMS in our name. */
function refusalIn(text: string): { action: string; resource: string; because: string } | undefined {
  const match = /not authorized to perform: (\w+:\w+) on (?:the )?resource: "?([^\s"]+)"?(?: (because [^.]+))?/.exec(
    text,
  );
  const [, action, resource, because] = match ?? [];
  if (action === undefined || resource === undefined) return undefined;
  return { action, resource, because: because === undefined ? '' : `, ${oneLine(because)}` };
}

function isCredentialsProblem(error: Error): boolean {
  return error.name === 'CredentialsProviderError' || /^Resolved credential object is not valid/.test(error.message);
}

function isSsoProblem(error: Error): boolean {
  const isOfProvider = isCredentialsProblem(error) || error.name === 'TokenProviderError';
  return (
    isOfProvider &&
    /\bsso\b.*\b(session|login|token)|token is expired|session.*(expired|invalid)|aws login/i.test(error.message)
  );
}

/** Profiles of `aws login` and of IAM Identity Center renew their sessions with different commands. */
function loginCommand(error: Error, session: Session): string {
  const command = /aws login/.test(error.message) && !/sso/i.test(error.message) ? 'aws login' : 'aws sso login';
  return command + profileFlag(session);
}

function profileFlag(session: Session): string {
  return session.profile === undefined ? '' : ` --profile ${session.profile}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
