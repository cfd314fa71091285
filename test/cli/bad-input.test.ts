import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local/aws';
import { keyOf } from '../support/snapshot-key';
import { temporaryFolder } from '../support/temporary-folder';
import { bucketName, put, region, roleArn, type StackSpec, startAccount } from './support/account';
import { packed, wallProfile } from './support/profiles';
import { awsEnvironment, type Ended, runCommand } from './support/run-command';

const snapshot = (stack: string) => keyOf({ stack });

let aws: LocalAws;
const folder = temporaryFolder('bad-input');
let expiring: LocalAws;
beforeAll(async () => {
  const functions = 'Checkout=Orders-Checkout-1,Idle=Orders-Idle-2';
  aws = await startAccount([
    { name: 'Orders', functions },
    { name: 'Invoices', functions: 'Checkout=i' },
    { name: 'Site' },
    { name: 'Gone', functions: 'Checkout=g', withoutBucket: true },
    { name: 'Corrupt', functions: 'Checkout=c' },
    { name: 'Undone', status: 'ROLLBACK_COMPLETE' },
    { name: 'Going', status: 'DELETE_IN_PROGRESS' },
    { name: 'Coming', status: 'CREATE_IN_PROGRESS' },
  ]);
  put(aws, 'Orders', snapshot('Orders'), packed(wallProfile()));
  put(aws, 'Corrupt', snapshot('Corrupt'), Buffer.from('not a profile'));
  const strange: StackSpec[] = [
    { name: 'Strange', functions: 'Checkout=s', outputs: { ProfiledFnBucketName: 'no bucket' } },
    { name: 'Odd', functions: 'Checkout=s', outputs: { ProfiledFnPrefix: '../x' } },
  ];
  expiring = await startAccount([{ name: 'Orders', functions }, ...strange], ({ service }) =>
    service === 's3' ? { status: 400, code: 'ExpiredToken' } : undefined,
  );
  await mkdir(join(folder, '.aws'));
  await writeFile(
    join(folder, '.aws', 'config'),
    `[profile corp]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = ${region}
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = ${region}
[profile nowhere]
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/Developer
source_profile = keys
mfa_serial = arn:aws:iam::123456789012:mfa/me
region = ${region}
[profile keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = secret
`,
  );
});
afterAll(async () => {
  await Promise.all([aws.close(), expiring.close()]);
});

/** `profiled-fn fetch` with the administrator's credentials and these changes; undefined takes a variable away. */
function fetch(args: string[], env: Record<string, string | undefined> = {}): Promise<Ended> {
  const all = { ...awsEnvironment(aws.endpointUrl, region, aws.adminCredentials), ...env };
  const set = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return runCommand(['fetch', ...args], { cwd: folder, env: set as Record<string, string> });
}

const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

/** Asserts the form of every failure: exit code 1, nothing on stdout, a sentence and what to do, no stack trace. */
function expectFailure({ code, stdout, stderr }: Ended, message: string | RegExp, remedy: string | RegExp): void {
  const [first, ...rest] = stderr.trimEnd().split('\n');
  expect(first).toMatch(message);
  expect(first).toMatch(/^profiled-fn: .*\.$/);
  expect(rest.join('\n')).toMatch(remedy);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

describe.concurrent('profiled-fn fetch', () => {
  it('names region and account where there is no such stack', async () => {
    expectFailure(
      await fetch(['--stack', 'Nope']),
      `There is no stack named Nope in region ${region} of the account of access key …`,
      '--region',
    );
  });

  it('says the same where the stack is in another region', async () => {
    expectFailure(await fetch(['--stack', 'Orders', '--region', 'us-west-2']), 'in region us-west-2', '--region');
  });

  it('says what a stack without profiled functions lacks', async () => {
    expectFailure(await fetch(['--stack', 'Site']), /Stack Site .* has no profiled functions/, 'new ProfiledFunction');
  });

  it('says so where a region has no stack at all', async () => {
    expectFailure(await fetch([], { AWS_REGION: 'us-west-2' }), 'There are no stacks in region us-west-2', '--region');
  });

  it('lists the stacks where several could be meant and nobody can be asked', async () => {
    const ended = await fetch([]);
    expectFailure(ended, '4 stacks have profiled functions', '--stack');
    for (const name of ['Orders', 'Invoices', 'Gone', 'Corrupt']) expect(ended.stderr).toContain(`    ${name}\n`);
  });

  it('says which types there are where there is none of the one that is asked for', async () => {
    const typo = await fetch(['--stack', 'Orders', '--type', 'wal']);
    expectFailure(
      typo,
      `There is no wal snapshot of Checkout, Idle (stack Orders) in bucket ${bucketName('Orders')}, only wall.`,
      /^ {2}Did you mean wall\? Choose with --type: wall\.$/,
    );
    expectFailure(
      await fetch(['--stack', 'Orders', '--type', 'wait']),
      'only wall.',
      /Which of them functions write, `profiles` of their profilingOptions says\.$/,
    );
    expectFailure(
      await fetch(['--stack', 'Orders', '--function', 'Idle', '--type', 'wall']),
      'it has not run since it was deployed',
      'aws lambda invoke',
    );
  });

  it('says which labels there are where nothing has the one that is asked for', async () => {
    for (const more of [[], ['--json']]) {
      expectFailure(
        await fetch(['--stack', 'Orders', '--label', 'route=x', ...more]),
        'No sample of Checkout matches --label route=x.',
        'No sample has a label route; there are instance, window.',
      );
    }
    expectFailure(await fetch(['--stack', 'Orders', '--focus', 'nowhere']), '--focus nowhere.', 'less narrowly');
  });

  it('suggests the stack, the function and the sample type that a slip of the pen may have meant', async () => {
    expectFailure(await fetch(['--stack', 'Ordres']), 'no stack named Ordres', /^ {2}Did you mean Orders\? Check/);
    expectFailure(
      await fetch(['--stack', 'Orders', '--function', 'Chekout']),
      'no profiled function Chekout',
      /^ {2}Did you mean Checkout\? It has:/,
    );
  });

  it('says so where outputs and regions are none', async () => {
    expectFailure(
      await fetch(['--stack', 'Strange'], awsEnvironment(expiring.endpointUrl, region, expiring.adminCredentials)),
      'name a bucket in a form that this version',
      'rename those',
    );
    expectFailure(
      await fetch(['--stack', 'Odd'], awsEnvironment(expiring.endpointUrl, region, expiring.adminCredentials)),
      'name a prefix in a form that this version',
      'rename those',
    );
    expectFailure(
      await fetch(['--stack', 'Orders'], { AWS_REGION: 'Frankfurt am Main' }),
      '"Frankfurt am Main" in AWS_REGION is not an AWS region.',
      '--region',
    );
  });

  it('lists the functions where there is none of that name', async () => {
    expectFailure(
      await fetch(['--stack', 'Orders', '--function', 'Api/Nope']),
      'no profiled function Api/Nope',
      'Idle',
    );
  });

  it('says what a function that never ran needs', async () => {
    expectFailure(
      await fetch(['--stack', 'Orders', '--function', 'Idle']),
      /no snapshot of Idle .*: it has not run since it was deployed/,
      'aws lambda invoke --function-name Orders-Idle-2',
    );
  });

  it('says why nothing can be used where all is corrupt', async () => {
    expectFailure(
      await fetch(['--stack', 'Corrupt']),
      `${snapshot('Corrupt')}: it is not a pprof profile`,
      'Invoke it',
    );
  });

  it('says so where the bucket was deleted', async () => {
    expectFailure(
      await fetch(['--stack', 'Gone']),
      `does not exist any more: bucket ${bucketName('Gone')}`,
      'deploy the stack again',
    );
  });

  it('says how to sign in without credentials', async () => {
    expectFailure(await fetch(['--stack', 'Orders'], noKeys), 'No AWS credentials were found', 'aws sso login');
  });

  it('says how to open an SSO session that has expired', async () => {
    expectFailure(
      await fetch(['--stack', 'Orders', '--profile', 'corp'], noKeys),
      'The AWS session of profile corp has expired or was never opened',
      '`aws sso login --profile corp`',
    );
  });

  it('says how to renew temporary credentials', async () => {
    expectFailure(
      await fetch(['--stack', 'Orders'], awsEnvironment(expiring.endpointUrl, region, expiring.adminCredentials)),
      'The AWS credentials have expired',
      'aws sso login',
    );
  });

  it('says that a profile needs the code of an MFA device, where nobody can be asked for it', async () => {
    expectFailure(
      await fetch(['--stack', 'Orders', '--profile', 'mfa'], noKeys),
      'Credentials of profile mfa need the code of an MFA device',
      'on a terminal',
    );
  });

  it.each([
    ['cloudformation', 400, 'Throttling', 'limits the rate of cloudformation:DescribeStacks', 'in a minute'],
    ['s3', 503, 'SlowDown', 'limits the rate of s3:ListBucket', 'in a minute'],
    ['s3', 403, 'RequestTimeTooSkewed', 'the clock of this computer is probably wrong', 'Set the clock'],
    ['cloudformation', 400, 'ExpiredToken', 'The AWS credentials have expired', 'aws sso login'],
  ])('says what %s means by %d %s', async (service, status, code, message, remedy) => {
    const failing = await startAccount([{ name: 'Orders', functions: 'Checkout=c' }], (request) =>
      request.service === service ? { status, code } : undefined,
    );
    const env = awsEnvironment(failing.endpointUrl, region, failing.adminCredentials);
    const ended = await fetch(['--stack', 'Orders'], { ...env, AWS_MAX_ATTEMPTS: '1' });
    await failing.close();
    expectFailure(ended, message, remedy);
  });

  it.each([
    ['Undone', 'ROLLBACK_COMPLETE: it was never deployed'],
    ['Going', 'DELETE_IN_PROGRESS: deploy it again'],
    ['Coming', 'CREATE_IN_PROGRESS: finish or repeat its deployment'],
  ])('says in which state stack %s is', async (stack, remedy) => {
    expectFailure(await fetch(['--stack', stack]), new RegExp(`Stack ${stack} .* has no profiled functions`), remedy);
  });

  it('does not take wrong keys for expired ones', async () => {
    const wrong = { AWS_SECRET_ACCESS_KEY: 'wrong' };
    expectFailure(await fetch(['--stack', 'Orders'], wrong), 'does not accept the credentials', 'secret');
    const unknown = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWNUNKNOWN00' };
    expectFailure(await fetch(['--stack', 'Orders'], unknown), 'does not accept the credentials', 'access key');
  });

  it.each([
    ['--profile flag', ['--profile', 'nope'], {}],
    ['AWS_PROFILE', [], { AWS_PROFILE: 'nope' }],
  ])('lists the profiles there are where that of %s is missing', async (_, args, env) => {
    const ended = await fetch(['--stack', 'Orders', ...args], { ...noKeys, ...env });
    expectFailure(ended, 'There is no AWS profile named nope', /corp\n +keys\n +mfa\n +nowhere/);
  });

  it('says how to choose a region where none is set', async () => {
    const env = { AWS_REGION: undefined };
    expectFailure(await fetch(['--stack', 'Orders'], env), 'No AWS region is set', 'AWS_REGION or pass --region');
    const nowhere = await fetch(['--profile', 'nowhere'], { ...env, ...noKeys });
    expectFailure(nowhere, 'profile nowhere names none', '--region');
  });

  it('takes AWS_DEFAULT_REGION for a region, as the AWS CLI does', async () => {
    const env = { AWS_REGION: undefined, AWS_DEFAULT_REGION: region };
    expect((await fetch(['--stack', 'Orders'], env)).code).toBe(0);
  });

  it.each([
    ['nobody', 'cloudformation:DescribeStacks on .*stack/Orders'],
    ['finder', `s3:ListBucket on arn:aws:s3:::${bucketName('Orders')}, because`],
    ['lister', `s3:GetObject on arn:aws:s3:::${bucketName('Orders')}/${snapshot('Orders')}`],
  ] as const)('names action and resource that a %s is denied', async (role, denied) => {
    const credentials = aws.credentialsFor(roleArn('Orders', role));
    const ended = await fetch(
      // What another test has fetched must not be taken from the cache.
      ['--stack', 'Orders', '--out', `out-of-${role}`],
      awsEnvironment(aws.endpointUrl, region, credentials),
    );
    expectFailure(ended, new RegExp(`Access denied: .* may not call ${denied}`), 'Allow this action');
  });

  it('names the endpoint that cannot be reached', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
    expectFailure(await fetch(['--stack', 'Orders'], env), '127.0.0.1:9 (ECONNREFUSED)', 'AWS_ENDPOINT_URL');
  });

  it('names the file that it cannot write', async () => {
    await writeFile(join(folder, 'occupied'), '');
    expectFailure(await fetch(['--stack', 'Orders', '--out', 'occupied']), 'Cannot write occupied', '--out');
  });

  it('shows the stack trace where it is asked to', async () => {
    const { stderr, code } = await fetch(['--stack', 'Nope'], { PROFILED_FN_DEBUG: '1' });
    expect(stderr).toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it.each([['--type', 'Wall!'], ['--port', 'x'], ['--port', '70000'], ['--nope'], ['superfluous']])(
    'exits with 2 for %s %s',
    async (...args) => {
      const { code, stdout, stderr } = await fetch(args.filter((arg) => arg !== undefined));
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: /);
    },
  );
});

describe.concurrent('profiled-fn view and top', () => {
  it.each(['view', 'top'])('%s names a file that is not there', async (command) => {
    expectFailure(await runCommand([command, 'nope.pb.gz'], { cwd: folder }), 'There is no file nope.pb.gz', 'pprof');
  });

  it('name a file that is no profile', async () => {
    await writeFile(join(folder, 'page.html'), '<html>');
    expectFailure(await runCommand(['top', 'page.html'], { cwd: folder }), 'page.html cannot be read', 'pprof file');
  });

  it('list the sample types where there is none of that name', async () => {
    await writeFile(join(folder, 'a.pb.gz'), packed(wallProfile()));
    const ended = await runCommand(['top', 'a.pb.gz', '--sample-type', 'alloc'], { cwd: folder });
    expectFailure(ended, 'no sample type alloc', 'samples, cpu, wall');
  });
});

describe.concurrent('profiled-fn local', () => {
  it('says how to name an app where there is none', async () => {
    expectFailure(await runCommand(['local'], { cwd: folder }), 'No CDK app is given', 'cdk.out');
  });

  it('does not take any folder for a cloud assembly', async () => {
    await mkdir(join(folder, 'empty'));
    expectFailure(await runCommand(['local', '--', 'empty'], { cwd: folder }), 'holds no cloud assembly', 'cdk synth');
  });

  it('passes on that the app failed', async () => {
    const ended = await runCommand(['local', '--', 'echo no such stack; exit 3'], { cwd: folder });
    expect(ended.stderr).toContain('\nno such stack\n');
    expect(ended.stderr).toContain('could not be synthesized: echo no such stack; exit 3 ended with exit code 3.');
    expect(ended.code).toBe(1);
  });

  it('says how to profile a function where the app has no profiled one', async () => {
    const assembly = join(folder, 'assembly');
    await mkdir(assembly);
    await writeFile(
      join(assembly, 'manifest.json'),
      JSON.stringify({
        version: '36.0.0',
        artifacts: {
          Plain: {
            type: 'aws:cloudformation:stack',
            environment: `aws://123456789012/${region}`,
            properties: { templateFile: 'Plain.template.json' },
          },
        },
      }),
    );
    const inline = { Handler: 'index.handler', Runtime: 'nodejs22.x', Role: 'arn:aws:iam::123456789012:role/r' };
    await writeFile(
      join(assembly, 'Plain.template.json'),
      JSON.stringify({
        Resources: { Hello: { Type: 'AWS::Lambda::Function', Properties: { ...inline, Code: { ZipFile: '0' } } } },
      }),
    );
    const ended = await runCommand(['local', '--', 'assembly'], { cwd: folder });
    expectFailure(ended, 'The app has no profiled function', 'Hello in Plain');
  });

  it('exits with 2 for what it cannot understand', async () => {
    for (const args of [
      ['--duration', 'long'],
      ['--count', '0'],
      ['--env', 'NOVALUE', '--', 'x'],
    ]) {
      expect((await runCommand(['local', ...args], { cwd: folder })).code).toBe(2);
    }
  });
});
