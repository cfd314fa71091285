import { describe, expect, it, vi } from 'vitest';
import { explain } from '../../../cli/aws/errors';
import { sessionAt } from '../../../cli/aws/session';
import { CommandError } from '../../../cli/terminal/command-error';

const plain = sessionAt('http://127.0.0.1:1', 'eu-central-1', { accessKeyId: 'AKIA', secretAccessKey: 's' });
const withProfile = { ...plain, profile: 'production' };
const getObject = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/key', subject: 'bucket b' };

function named(name: string, message = '', fields: object = {}): Error {
  return Object.assign(new Error(message), { name }, fields);
}

function explained(error: unknown, session: typeof withProfile | typeof plain = plain): CommandError {
  const result = explain(error, session, getObject);
  if (!(result instanceof CommandError)) throw new Error('Not explained');
  return result;
}

describe('explain', () => {
  it('says how to renew an SSO session, with the profile', () => {
    const message =
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.';
    const error = explained(named('CredentialsProviderError', message), withProfile);
    expect(error.message).toBe('The AWS session of profile production has expired or was never opened.');
    expect(error.remedy).toContain('`aws sso login --profile production`');
  });

  it('says how to renew a session of aws login', () => {
    const message = 'Failed to load a token for session arn:x, please re-authenticate using aws login';
    expect(explained(named('CredentialsProviderError', message), withProfile).remedy).toContain(
      '`aws login --profile production`',
    );
  });

  it.each([
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'No AWS credentials were found.'],
    ['ExpiredToken', 'The provided token has expired.', 'The AWS credentials have expired.'],
    ['InvalidClientTokenId', 'x', 'AWS does not accept the credentials (InvalidClientTokenId).'],
    [
      'InvalidSignatureException',
      'Signature expired: 20261122T100000Z is now earlier than 20261122T101500Z',
      "AWS does not accept the signature's time, the clock of this computer is probably wrong (Signature expired: 20261122T100000Z is now earlier than 20261122T101500Z).",
    ],
    ['InvalidSignatureException', 'x', 'AWS does not accept the credentials (InvalidSignatureException).'],
    ['SlowDown', 'x', 'AWS limits the rate of s3:GetObject at the moment (SlowDown).'],
  ])('has a sentence for %s', (name, text, message) => {
    expect(explained(named(name, text)).message).toBe(message);
  });

  it('names the action and the resource that access was denied to', () => {
    const { message, remedy } = explained(named('AccessDenied', 'Access Denied'), withProfile);
    expect(message).toBe(
      'Access denied: the credentials of profile production may not call s3:GetObject on arn:aws:s3:::b/key.',
    );
    expect(remedy).toContain('Allow this action');
  });

  it('names what S3 itself may not do in our name, and why, where AWS says so', () => {
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/1234';
    const text = `User: arn:aws:sts::123456789012:assumed-role/reader/me is not authorized to perform: kms:Decrypt on resource: ${key} because no identity-based policy allows the kms:Decrypt action`;
    const { message, remedy } = explained(named('AccessDenied', text));
    expect(message).toBe(
      `Access denied: the credentials may not call kms:Decrypt on ${key}, because no identity-based policy allows the kms:Decrypt action.`,
    );
    expect(remedy).toMatch(/another one\.$/);
  });

  it('leaves out the quotation marks around a resource', () => {
    const text = 'User: me is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/key"';
    const { message, remedy } = explained(named('AccessDenied', text));
    expect(message).toBe('Access denied: the credentials may not call s3:GetObject on arn:aws:s3:::b/key.');
    expect(remedy).toContain('kms:Decrypt on that key is required, too');
  });

  it('finds the address that refused a connection, in an AggregateError too', () => {
    const inner = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
      code: 'ECONNREFUSED',
      address: '127.0.0.1',
      port: 9,
    });
    for (const error of [inner, new AggregateError([inner])]) {
      expect(explained(error).message).toBe(
        'AWS cannot be reached for s3:GetObject in region eu-central-1 at 127.0.0.1:9 (ECONNREFUSED).',
      );
    }
  });

  it('takes an answer without a body for a refusal by its status', () => {
    const { message } = explained(named('Unknown', 'UnknownError', { $metadata: { httpStatusCode: 403 } }));
    expect(message).toBe('Access denied: the credentials may not call s3:GetObject on arn:aws:s3:::b/key.');
  });

  it('names the host of a region that there is not', () => {
    const fields = { code: 'ENOTFOUND', hostname: 'lambda.eu-centrall-1.amazonaws.com' };
    const { message, remedy } = explained(named('Error', 'getaddrinfo ENOTFOUND', fields));
    expect(message).toContain('at lambda.eu-centrall-1.amazonaws.com (ENOTFOUND)');
    expect(remedy).toContain('the region (--region, AWS_REGION)');
  });

  it('keeps what it does not know, on one line', () => {
    expect(explained(named('Unheard', 'We encountered\nan error.')).message).toBe(
      'AWS answered s3:GetObject on bucket b with Unheard: We encountered an error',
    );
  });

  const timedOut = /Nothing has answered in time: check the network/;
  it.each([
    ['a timeout of a connection', named('TimeoutError', 'Socket timed out'), /cannot be reached/, timedOut],
    ['a timeout of ours', named('AbortError', 'Request aborted'), /cannot be reached/, timedOut],
    ['a timeout of the system', named('Error', 'x', { code: 'ETIMEDOUT' }), /\(ETIMEDOUT\)/, timedOut],
    ['no DNS', named('Error', 'x', { code: 'EAI_AGAIN' }), /\(EAI_AGAIN\)/, /check the network and DNS/],
    [
      'a region that there is not',
      named('Error', 'x', { code: 'ENOTFOUND' }),
      /\(ENOTFOUND\)/,
      /is there a region eu-central-1\?/,
    ],
    [
      'a body that breaks off',
      named('Error', 'x', { code: 'ERR_STREAM_PREMATURE_CLOSE' }),
      /cannot be reached/,
      /network/,
    ],
    [
      'an expired certificate',
      named('Error', 'certificate has expired', { code: 'CERT_HAS_EXPIRED' }),
      /not valid .*certificate has expired\.$/,
      /clock/,
    ],
    [
      "another host's certificate",
      named('Error', 'x', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      /is not valid/,
      /AWS_ENDPOINT_URL/,
    ],
    ['an endpoint without TLS', named('Error', 'x', { code: 'EPROTO' }), /does not support TLS/, /http:\/\//],
    [
      'a failure of AWS',
      named('InternalError', 'x', { $metadata: { httpStatusCode: 500 } }),
      /^AWS has failed to answer s3:GetObject on bucket b \(500, InternalError\)/,
      /Try again in a minute/,
    ],
    [
      'a bucket elsewhere',
      named('AuthorizationHeaderMalformed', "the region 'eu-central-1' is wrong; expecting 'us-east-1'"),
      /it is in us-east-1\.$/,
      /--region us-east-1,/,
    ],
    ['a redirect that says nothing', named('PermanentRedirect', 'x'), /it is in another region\.$/, /--region,/],
    ['a region that is off', named('OptInRequired', 'x'), /is not enabled for the account/, /Enable the region/],
    [
      'a disabled key',
      named('KMS.DisabledException', 'The key is disabled.'),
      /KMS key of bucket b .*: The key is disabled\.$/,
      /Enable the key/,
    ],
    [
      'an explicit denial',
      named(
        'AccessDenied',
        'User: me is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/key" with an explicit deny in a service control policy',
      ),
      /^Access denied: service control policy forbids the credentials to call s3:GetObject on arn:aws:s3:::b\/key\.$/,
      /change the policy that denies it/,
    ],
    ['a limit', named('RequestLimitExceeded', 'x'), /limits the rate/, /in a minute/],
  ])('has the remedy for %s, and asks for no permission', (_, error, message, remedy) => {
    const said = explained(error);
    expect(said.message).toMatch(message);
    expect(said.remedy).toMatch(remedy);
    expect(said.remedy).not.toMatch(/[Aa]llow this action/);
  });

  it('names the variable whose endpoint does not answer', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://localhost:4566');
    const { remedy } = explained(named('Error', 'x', { code: 'ECONNREFUSED' }));
    vi.unstubAllEnvs();
    expect(remedy).toMatch(/^Check the server at http:\/\/localhost:4566, which AWS_ENDPOINT_URL names/);
  });

  it('does not renew what stands in the environment with a command', () => {
    vi.stubEnv('AWS_SESSION_TOKEN', 'old');
    const { remedy } = explained(named('ExpiredToken'));
    vi.unstubAllEnvs();
    expect(remedy).toMatch(/^They are those of the environment: set AWS_ACCESS_KEY_ID/);
  });

  it('leaves errors that say what to do already', () => {
    const error = new CommandError('a', 'b');
    expect(explain(error, plain, getObject)).toBe(error);
  });
});
