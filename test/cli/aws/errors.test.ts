import { describe, expect, it } from 'vitest';
import { explain } from '../../../cli/aws/errors';
import { sessionAt } from '../../../cli/aws/session';
import { CommandError } from '../../../cli/command-error';

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
    expect(remedy).toContain('kms:Decrypt on that key is needed too');
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
    expect(explained(named('InternalError', 'We encountered\nan error.')).message).toBe(
      'AWS answered s3:GetObject on bucket b with InternalError: We encountered an error',
    );
  });

  it('leaves errors that say what to do already', () => {
    const error = new CommandError('a', 'b');
    expect(explain(error, plain, getObject)).toBe(error);
  });
});
