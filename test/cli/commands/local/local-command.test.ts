import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { whyNotLimited } from '../../../../local/lambda/control-group';
import { detectIsolation } from '../../../../local/lambda/isolation';
import { assetPath } from '../../../../local/package-assets';
import { temporaryFolder } from '../../../support/temporary-folder';
import { runCommand } from '../../support/run-command';

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
cpSync('vendor', out + '/asset.vendor', { recursive: true });
cpSync('opt.js', out + '/asset.code/opt.js');
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
function layered(resource) {
  resource.Properties.Layers.push({ Ref: 'Vendor' });
  Object.assign(resource.Properties.Environment.Variables, {
    PROFILED_FN_HANDLER: 'opt.handler',
    NODE_OPTIONS: '--require /opt/preload.cjs',
    AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper',
    SECRET: '{{resolve:secretsmanager:shop:SecretString:key::}}',
  });
  return resource;
}
writeFileSync(out + '/Shop.template.json', JSON.stringify({
  Resources: {
    Store: { Type: 'AWS::S3::Bucket' },
    Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: asset('b') } },
    Vendor: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: asset('c') } },
    Open: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: { 'Fn::Transform': { Name: 'AWS::Include' } } } },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'p',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] } }] } },
    Checkout: fn('Checkout', true),
    Plain: fn('Plain', false),
    ...(context.layers && { Layered: layered(fn('Layered', true)) }),
  },
  Outputs: {
    ProfiledFnBucketName: { Value: bucket },
    ProfiledFnFunctions: { Value: { 'Fn::Join': ['', ['Checkout=', { Ref: 'Checkout' }, ...(context.layers ? [',Layered=', { Ref: 'Layered' }] : [])]] } },
  },
}));
writeFileSync(out + '/Shop.assets.json', JSON.stringify({ version: '36.0.0', files: Object.fromEntries(
  [['a', 'asset.code'], ['b', 'asset.layer'], ['c', 'asset.vendor']].map(([id, path]) => [id.repeat(64), {
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

/** What its layers are found by; all but the last also where the machine gives no file system of its own. */
const layeredHandler = `
const { execFileSync } = require('node:child_process');
exports.handler = async () => {
  console.log('found ' + [globalThis.preloaded, process.env.WRAPPED, String(execFileSync('tool')).trim()]);
  let absolute = 'ENOENT';
  try { absolute = String(execFileSync('/opt/bin/tool')).trim(); } catch {}
  console.log('absolute ' + absolute + ', secret ' + process.env.SECRET);
};
`;

const folder = temporaryFolder('local-command');
beforeAll(async () => {
  await writeFile(join(folder, 'app.js'), app);
  await writeFile(
    join(folder, 'cdk.json'),
    JSON.stringify({ app: `${JSON.stringify(process.execPath)} app.js`, context: { greeting: 'from cdk.json' } }),
  );
  await writeFile(join(folder, 'opt.js'), layeredHandler);
  await mkdir(join(folder, 'vendor/bin'), { recursive: true });
  const script = { mode: 0o755 };
  await writeFile(join(folder, 'vendor/bin/tool'), '#!/bin/sh\necho the tool', script);
  await writeFile(join(folder, 'vendor/wrapper'), '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"', script);
  await writeFile(join(folder, 'vendor/preload.cjs'), 'globalThis.preloaded = true;');
  await mkdir(join(folder, 'events'));
  await writeFile(join(folder, 'events', 'Checkout.json'), JSON.stringify([{ ms: 30 }, { fail: true }, { ms: 40 }]));
  await cp(dirname(dirname(assetPath('layer/profiled-fn/handler.mjs'))), join(folder, 'layer'), { recursive: true });
});

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

it.each(['SIGINT', 'SIGKILL'] as const)('leaves nothing behind when it ends by %s', async (signal) => {
  const scratch = join(folder, `tmp-${signal}`);
  await mkdir(scratch);
  let ended = false;
  await runCommand(['local', '--duration', '5m', '--logs', '--context', 'layers=1'], {
    cwd: folder,
    env: { TMPDIR: scratch },
    onStderr(text, kill) {
      if (ended || !text.includes('greeting') || !text.includes('found')) return;
      ended = true;
      expect(readdirSync(scratch)).not.toEqual([]);
      kill(signal);
    },
  });
  // Whoever removes it after SIGKILL takes a moment.
  while (readdirSync(scratch).length > 0) await sleep(20);
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

const isolation = await detectIsolation();
const unlimited = await whyNotLimited();

it('gives functions the files of their layers, or says which paths it cannot (B03, B05, B07, B08)', async () => {
  const args = ['local', '--context', 'layers=1', '--function', 'Layered', '--count', '1', '--logs', '--env', 'X=1'];
  const { code, stdout, stderr } = await runCommand(args, { cwd: folder });
  expect(stderr).toContain('found true,yes,the tool');
  const note = 'Note: Functions see the files of this machine and not those of Lambda';
  if (isolation) {
    expect(stderr).toContain('absolute the tool, secret unknown-');
    expect(stderr).not.toContain(note);
  } else {
    expect(stderr).toContain('absolute ENOENT');
    expect(stderr.split(note)).toHaveLength(2);
    expect(stderr.indexOf(note)).toBeLessThan(stderr.indexOf('found'));
  }
  const before = stderr.slice(0, stderr.indexOf('found'));
  expect(before).toContain(
    'Note: Function Layered: SECRET has a placeholder value, because only AWS knows secret shop, key key. Set it with --env SECRET=<value>.',
  );
  expect(before).toContain('Note: Stack Shop: resource Open is left open at Fn::Transform AWS::Include');
  expect(stdout).toContain('Layered');
  expect(code).toBe(0);
  const known = await runCommand([...args, '--env', 'SECRET=known'], { cwd: folder });
  expect(known.stderr).toContain('secret known');
  expect(known.stderr).not.toContain('SECRET is made up');
});

it('runs functions with the share of a processor that they have on Lambda, or says why not', async () => {
  const args = ['local', '--count', '1', '--json', '--', 'cdk.out'];
  const { stdout, stderr } = await runCommand(args, { cwd: folder });
  const [load] = JSON.parse(stdout).load;
  const note = 'Note: Functions have all of this machine';
  if (unlimited === undefined) {
    expect(load).toMatchObject({
      resources: { memoryMb: 256, vcpus: expect.closeTo(0.1447, 4), throttledMs: expect.any(Number) },
      killedAfterResponse: 0,
    });
    expect(stderr).toMatch(/Checkout had 256 MB and 0\.14 vCPU: (not throttled|throttled for .*) in 1 invocation\n/);
    expect(stderr).not.toContain(note);
  } else {
    expect(load.resources).toBe(null);
    expect(stderr).toContain(`${note}'s memory and processor, not Lambda's share of it. ${unlimited}`);
    const asked = await runCommand([...args.slice(0, -2), '--resources', 'lambda', '--', 'cdk.out'], { cwd: folder });
    expect(asked.stderr).toContain(unlimited);
    expect(asked.code).toBe(1);
  }
  const whole = await runCommand([...args.slice(0, -2), '--resources', 'machine', '--', 'cdk.out'], { cwd: folder });
  expect(JSON.parse(whole.stdout).load[0].resources).toBe(null);
  expect(whole.stderr).not.toContain(note);
});

it('notices a missing folder of events before it synthesizes, and files that belong to no function', async () => {
  const missing = await runCommand(['local', '--events', 'evnts', '--count', '1'], { cwd: folder });
  expect(missing.stderr).toContain('There is no folder with events evnts.');
  expect(missing.stderr).not.toContain('Synthesizing');
  expect(missing.code).toBe(1);

  await mkdir(join(folder, 'typing-mistake'));
  await writeFile(join(folder, 'typing-mistake', 'Chekout.json'), '{}');
  // Of the app, even though it is not run.
  await writeFile(join(folder, 'typing-mistake', 'Plain.json'), '{}');
  await writeFile(join(folder, 'typing-mistake', 'notes.txt'), 'no event');
  const mistaken = await runCommand(['local', '--events', 'typing-mistake', '--count', '1', '--', 'cdk.out'], {
    cwd: folder,
  });
  expect(mistaken.stderr).toContain('typing-mistake/Chekout.json: the app has no function of this name.');
  expect(mistaken.stderr).toContain('  Checkout.json');
  expect(mistaken.code).toBe(1);
});
