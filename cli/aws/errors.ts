import { CommandError } from '../command-error';
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
const throttled = new Set(['SlowDown', 'Throttling', 'ThrottlingException', 'TooManyRequestsException']);
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
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
    return say(
      `The AWS credentials${as} have expired.`,
      `Renew them, for example with \`aws sso login${profileFlag(session)}\`, and try again.`,
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
      'Check that the access key exists, is active and belongs to its secret, and that the endpoint is the right one.',
    );
  }
  if (code === 'NoSuchBucket') {
    return say(
      `There is no such bucket, or it does not exist any more: ${about.subject}.`,
      'Check its name. Where the outputs of a stack name it, deploy the stack again; if it was deleted on purpose, there is\nnothing left to fetch.',
    );
  }
  // The answer to HEAD has no body that could name the error.
  if (denied.has(code) || (status === 403 && /^(Unknown|UnknownError|Forbidden|403)$/.test(code))) {
    const { action, resource, because } = refusalIn(text) ?? { ...about, because: '' };
    const decrypts =
      action === 's3:GetObject'
        ? '\nWhere a key of KMS encrypts the objects, kms:Decrypt on that key is needed too.'
        : '';
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
      `The proxy ${(session.proxies ?? []).join(' or ')} wants a user and a password.`,
      'Put them into the variable: HTTPS_PROXY=http://user:password@host:port.',
    );
  }
  if (untrusted.has(code)) {
    return say(
      `The certificate of the endpoint for ${about.action} is not trusted (${code}).`,
      'Where a proxy of your company opens connections, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
    );
  }
  if (unreachable.has(code) || error.name === 'TimeoutError') {
    return say(
      `AWS cannot be reached for ${about.action} in region ${session.region}${endpoint ? ` at ${endpoint}` : ''} (${code || error.name}).`,
      session.proxies
        ? `Requests go through the proxy ${session.proxies.join(' or ')} (HTTPS_PROXY, HTTP_PROXY, NO_PROXY): check it, the network and\nthe region (--region, AWS_REGION).`
        : 'Check the network, the region (--region, AWS_REGION) and AWS_ENDPOINT_URL if it is set.',
    );
  }
  return say(
    `AWS answered ${about.action} on ${about.subject} with ${code || error.name}: ${oneLine(text)}`,
    'PROFILED_FN_DEBUG=1 shows the whole error.',
  );
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
