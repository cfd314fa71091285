import { expect, it, vi } from 'vitest';
import { openBucket } from '../../../cli/aws/bucket';
import { openLambda } from '../../../cli/aws/lambda';
import { openSessions, type Session } from '../../../cli/aws/session';
import { bucketName, region, startAccount } from '../support/account';
import { awsEnvironment } from '../support/run-command';

it('gives up on what does not answer, and waits for functions as long as they take', async () => {
  const aws = await startAccount([{ name: 'Orders', functions: 'Checkout=c', lambda: { c: {} } }], ({ service }) =>
    service === 's3' ? 'hang' : { delayMs: 600 },
  );
  for (const [name, value] of Object.entries(awsEnvironment(aws.endpointUrl, region, aws.adminCredentials))) {
    vi.stubEnv(name, value);
  }
  const [{ client, ...session }] = await openSessions({});
  expect(client.requestHandler?.socketTimeout).toBeGreaterThan(0);
  // The same with less patience.
  const requestHandler = { connectionTimeout: 10_000, ...client.requestHandler, socketTimeout: 200 };
  const impatient: Session = { ...session, client: { ...client, requestHandler } };

  const bucket = openBucket(impatient, bucketName('Orders'));
  await expect(bucket.list('')[Symbol.asyncIterator]().next()).rejects.toThrow(
    /^AWS cannot be reached for s3:ListBucket .*TimeoutError/,
  );
  const lambda = openLambda(impatient, 2);
  const invoked = lambda.invoke('c', Buffer.from('{}'), { log: false, signal: new AbortController().signal });
  await expect(invoked).rejects.toThrow('no layer has the file of its handler'); // it was answered

  bucket.close();
  lambda.close();
  vi.unstubAllEnvs();
  await aws.close();
});
