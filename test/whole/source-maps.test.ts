import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { beforeAll, expect, it } from 'vitest';
import { openBucket } from '../../cli/aws/bucket';
import { sessionAt } from '../../cli/aws/session';
import { type FetchedProfile, type FetchedStack, fetchStack } from '../../cli/fetch/fetch-stack';
import { publishedSourceMaps } from '../../cli/source-maps/published-source-maps';
import { findStack } from '../../cli/stacks/find-stacks';
import { ProfiledFunction, ProfileStore } from '../../lib';
import { startLocalAws } from '../../local/aws';
import { startExecutionEnvironment } from '../../local/lambda/execution-environment';
import { temporaryFolder } from '../support/temporary-folder';

const root = temporaryFolder('profiled-fn-maps');
const handler = `import { priceOf } from './price';

interface Event { lines: number }

export const handler = async ({ lines }: Event): Promise<number> => {
  let total = 0;
  for (let line = 0; line < lines; line++) total += priceOf(line);
  return total;
};
`;
const price = `// The sampler finds this one: it takes the time.
const until = Date.now;

export function priceOf(line: number): number {
  const end = until() + 60;
  while (until() < end) Math.sqrt(line);
  return line * 1.19;
}
`;

/** Who reads with least privilege, from another account, too: as docs/security.md has it. */
function addReader(stack: Stack): void {
  const assumedBy = new AccountPrincipal('210987654321');
  const reader = new Role(stack, 'ProfileReader', { roleName: 'ProfileReader', assumedBy });
  ProfileStore.of(stack).grantRead(reader);
  reader.addToPolicy(new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: ['*'] }));
  reader.addToPolicy(
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [`arn:${stack.partition}:s3:::cdk-hnb659fds-assets-${stack.account}-*/*.sourcemaps`],
    }),
  );
}

/** Deploys the handler, minified and not, runs both, deletes everything that was built, and fetches as the reader. */
async function profileAfterTheBuildIsGone(): Promise<FetchedStack> {
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/handler.ts'), handler);
  writeFileSync(join(root, 'src/price.ts'), price);
  writeFileSync(join(root, 'package-lock.json'), '{}');
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
  const app = new App({ outdir: join(root, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(app, 'Shop');
  for (const [id, minify] of Object.entries({ Minified: true, Plain: false })) {
    new ProfiledFunction(stack, id, {
      entry: join(root, 'src/handler.ts'),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(30),
      memorySize: 512,
      bundling: { minify, format: OutputFormat.ESM },
    });
  }
  addReader(stack);
  app.synth();

  const aws = await startLocalAws({ assembly: app.outdir });
  try {
    for (const fn of aws.functions) {
      const credentials = aws.credentialsFor(fn.roleArn);
      // Not by a draw, and whatever it costs: each function is to have a profile.
      const variables = { PROFILED_FN_PROFILES: 'wall,heap,init', PROFILED_FN_COST_LIMIT: '1' };
      const environment = await startExecutionEnvironment(
        { ...fn, environment: { ...fn.environment, ...variables } },
        { endpointUrl: aws.endpointUrl, credentials, shutdownGraceMs: 30_000 },
      );
      for (let invocation = 0; invocation < 4; invocation++) {
        const { report } = await environment.invoke({ lines: 2 });
        await report;
      }
      await environment.close();
    }
    rmSync(app.outdir, { recursive: true });

    const session = sessionAt(
      aws.endpointUrl,
      aws.region,
      aws.credentialsFor(`arn:aws:iam::${aws.accountId}:role/ProfileReader`),
    );
    const found = await findStack(session, 'Shop');
    const out = join(root, 'out');
    const findArchive = publishedSourceMaps(session, found, join(out, '.cache/sourcemaps'));
    const request = {
      stack: found,
      functions: found.functions,
      selection: {},
      out,
      assemblies: [app.outdir],
      findArchive,
    };
    const stores = found.stores.map(({ bucket, prefix }) => ({ bucket: openBucket(session, bucket), prefix }));
    return await fetchStack(
      stores,
      request,
      () => undefined,
      async (profile) => profile,
    ).finally(() => {
      for (const { bucket } of stores) bucket.close();
    });
  } finally {
    await aws.close();
  }
}

let fetched: FetchedStack;
beforeAll(async () => {
  fetched = await profileAfterTheBuildIsGone();
});

function wallOf(name: string): FetchedProfile {
  const found = fetched.profiles.find(({ function: fn, type }) => fn === name && type === 'wall');
  if (!found) throw new Error(`${name} has no profile`);
  return found;
}
const linesOf = (name: string) =>
  wallOf(name)
    .profile()
    .samples.flatMap(({ locations }) => locations.flatMap(({ lines }) => lines));

it('the source maps of all functions are found, by who may read these and the profiles, and nothing else', () => {
  expect(fetched.sourceMaps).toEqual({
    symbolized: ['Minified', 'Plain'],
    withoutMap: [],
    withoutBundle: [],
    unusable: [],
  });
});

it.each(['Minified', 'Plain'])('%s shows names, files and lines of the TypeScript', (name) => {
  expect(linesOf(name).map(({ fn }) => ({ name: fn.name, file: fn.filename, start: fn.startLine }))).toEqual(
    expect.arrayContaining([
      { name: 'priceOf', file: 'src/price.ts', start: 4 },
      { name: 'handler', file: 'src/handler.ts', start: 5 },
    ]),
  );
});

it('lines inside of functions are shown where the bundle has lines', () => {
  const hot = linesOf('Plain').filter(({ fn }) => fn.name === 'priceOf');
  expect(hot.map(({ line }) => line)).toContain(6);
});

it.each(['Minified', 'Plain'])('%s brings the text of its sources', (name) => {
  const sources = wallOf(name).sources();
  expect(sources.get('src/price.ts')).toBe(price);
  expect(sources.get('src/handler.ts')).toBe(handler);
});
