import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assetPath } from '../../local/package-assets';
import { runCommand } from './support/run-command';

/**
 * A CDK app as the command sees it: a program that writes a cloud assembly to CDK_OUTDIR. Written by hand, because
 * synthesizing with aws-cdk-lib is the construct's test and takes seconds.
 */
const app = `
const { cpSync, mkdirSync, writeFileSync } = require('node:fs');
const out = process.env.CDK_OUTDIR;
const context = JSON.parse(process.env.CDK_CONTEXT_JSON);
const bucket = context.bucket ?? { Ref: 'Store' };
mkdirSync(out + '/asset.code', { recursive: true });
writeFileSync(out + '/asset.code/index.js', \`
  function spin(ms) { const end = Date.now() + ms; while (Date.now() < end) Math.sqrt(end); }
  exports.handler = async (event) => {
    console.log('greeting ' + process.env.GREETING);
    if (event.fail) throw new TypeError('told to fail');
    spin(event.ms ?? 20);
    return 'done';
  };
\`);
cpSync('layer', out + '/asset.layer', { recursive: true });
const asset = (id) => ({ S3Bucket: 'staging', S3Key: id.repeat(64) + '.zip' });
const fn = (name, variables) => ({
  Type: 'AWS::Lambda::Function',
  Metadata: { 'aws:cdk:path': 'Shop/' + name + '/Resource' },
  Properties: {
    Runtime: 'nodejs22.x', Timeout: 10, MemorySize: 256,
    Handler: variables ? '/opt/profiled-fn/handler.handler' : 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: asset('a'),
    ...(variables && {
      Layers: [{ Ref: 'Layer' }],
      Environment: { Variables: {
        PROFILED_FN_HANDLER: 'index.handler',
        PROFILED_FN_BUCKET: bucket,
        PROFILED_FN_PREFIX: 'profiled-fn/Shop/' + name,
        GREETING: context.greeting,
      } },
    }),
  },
});
writeFileSync(out + '/Shop.template.json', JSON.stringify({
  Resources: {
    Store: { Type: 'AWS::S3::Bucket' },
    Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: asset('b') } },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'p',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] } }] } },
    Checkout: fn('Checkout', true),
    Plain: fn('Plain', false),
  },
  Outputs: {
    ProfiledFnBucketName: { Value: bucket },
    ProfiledFnFunctions: { Value: { 'Fn::Join': ['', ['Checkout=', { Ref: 'Checkout' }]] } },
  },
}));
writeFileSync(out + '/Shop.assets.json', JSON.stringify({ version: '36.0.0', files: Object.fromEntries(
  [['a', 'asset.code'], ['b', 'asset.layer']].map(([id, path]) => [id.repeat(64), {
    source: { path, packaging: 'zip' },
    destinations: { d: { bucketName: 'staging', objectKey: id.repeat(64) + '.zip' } },
  }])) }));
writeFileSync(out + '/manifest.json', JSON.stringify({ version: '36.0.0', artifacts: {
  'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } },
  Shop: { type: 'aws:cloudformation:stack', environment: 'aws://123456789012/' + process.env.CDK_DEFAULT_REGION,
    properties: { templateFile: 'Shop.template.json' }, dependencies: ['Shop.assets'] },
} }));
console.log('synthesized');
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-command-'));
  await writeFile(join(folder, 'app.js'), app);
  await writeFile(
    join(folder, 'cdk.json'),
    JSON.stringify({ app: `${JSON.stringify(process.execPath)} app.js`, context: { greeting: 'from cdk.json' } }),
  );
  await mkdir(join(folder, 'events'));
  await writeFile(join(folder, 'events', 'Checkout.json'), JSON.stringify([{ ms: 30 }, { fail: true }, { ms: 40 }]));
  await cp(dirname(dirname(assetPath('layer/profiled-fn/handler.mjs'))), join(folder, 'layer'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

it('runs the app of cdk.json with its events, counts what happened, and fetches what the functions wrote', async () => {
  const { code, stdout, stderr } = await runCommand(
    ['local', '--events', 'events', '--count', '6', '--logs', '--env', 'EXTRA=1', '--json'],
    { cwd: folder },
  );
  expect(stderr).toContain('[Checkout] ');
  expect(stderr).toContain('greeting from cdk.json');
  expect(stderr).toContain('synthesized');
  expect(stderr).toContain('Checkout failed 2 times, first with TypeError: told to fail');
  const { stacks, load } = JSON.parse(stdout);
  expect(load).toMatchObject([
    {
      stack: 'Shop',
      function: 'Checkout',
      invocations: 6,
      errors: 2,
      coldStarts: 1,
      errorTypes: [{ errorType: 'TypeError', count: 2 }],
    },
  ]);
  expect(stacks).toMatchObject([{ stack: 'Shop', region: 'us-east-1', functions: [{ function: 'Checkout' }] }]);
  const [{ profiles }] = stacks[0].functions;
  const wall = profiles.find((profile: { type: string }) => profile.type === 'wall');
  expect(existsSync(join(folder, wall.file))).toBe(true);
  expect(wall.top.functions.map((fn: { name: string }) => fn.name)).toContain('spin');
  expect(code).toBe(0);
});

it('takes context from flags before that of cdk.json, and prints no logs unless it is told to', async () => {
  const args = ['local', '--context', 'greeting=from a flag', '--count', '1'];
  const loud = await runCommand([...args, '--logs'], { cwd: folder });
  expect(loud.stderr).toContain('greeting from a flag');
  const quiet = await runCommand([...args, '--', 'cdk.out'], { cwd: folder });
  expect(quiet.stderr).not.toContain('greeting');
  expect(quiet.stdout).toMatch(/^function +invocations +errors +p50 +p90 +p99 +max +cold starts\nCheckout +1 +0 /);
});

it('profiles functions that write to a bucket that is not the app’s', async () => {
  const args = ['local', '--context', 'greeting=hello', '--context', 'bucket=shared', '--count', '2', '--json'];
  const { stdout } = await runCommand(args, { cwd: folder });
  const [{ functions }] = JSON.parse(stdout).stacks;
  expect(functions[0].profiles.map(({ type }: { type: string }) => type)).toContain('wall');
});

it('shuts everything down at Ctrl-C', async () => {
  let killed = false;
  const { code, stdout, stderr } = await runCommand(['local', '--duration', '5m', '--logs'], {
    cwd: folder,
    onStderr(text, kill) {
      if (killed || !text.includes('greeting')) return;
      killed = true;
      kill('SIGINT');
    },
  });
  expect(stderr).toContain('profiled-fn: Interrupted.');
  expect([code, stdout]).toEqual([130, '']);
});

it('keeps the stand-in for another terminal with --keep', async () => {
  let other: ReturnType<typeof runCommand> | undefined;
  const args = ['local', '--count', '1', '--keep', '--html', 'page.html', '--', 'cdk.out'];
  const { code, stderr } = await runCommand(args, {
    cwd: folder,
    onStderr(text, kill) {
      const exported = [...text.matchAll(/(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]);
      if (other || exported.length < 4) return;
      other = runCommand(['fetch', '--stack', 'Shop', '--out', 'other'], {
        cwd: folder,
        env: Object.fromEntries(exported),
      });
      other.finally(() => kill('SIGINT'));
    },
  });
  expect((await other)?.stdout).toContain('Stack Shop  account 123456789012, region us-east-1');
  // What is to be copied stands last.
  expect(stderr).toMatch(/Page written: .*\n(The stand-in .*\nexport .*\nexport .*\nunset .*\n)$/);
  expect(code).toBe(0);
});
