import { cdk, javascript, TextFile, typescript } from 'projen';
import { importOverrides } from './projenrc/rooms';

/** Every folder of TypeScript for Node.js; `ui/` is for the browser and has a tsconfig of its own. */
const nodeFolders = ['lib', 'runtime', 'profile', 'cli', 'local', 'examples', 'test', 'bench', 'scripts', 'projenrc'];

const project = new cdk.JsiiProject({
  name: 'profiled-fn',
  description:
    'Continuous production profiling for Node.js Lambda functions: one CDK construct, pprof snapshots in your own bucket, one command to a flame graph.',
  author: 'profiled-fn contributors',
  authorAddress: 'maintainers@profiled-fn.dev',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/profiled-fn/profiled-fn.git',
  keywords: ['aws', 'cdk', 'awscdk', 'lambda', 'profiler', 'profiling', 'pprof', 'flamegraph', 'nodejs', 'cold-start'],
  license: 'Apache-2.0',
  copyrightOwner: 'profiled-fn contributors',
  defaultReleaseBranch: 'main',
  stability: 'experimental',

  // lib/ is compiled in place; see docs/architecture.md.
  srcdir: 'lib',
  libdir: 'lib',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '20',
  bin: { 'profiled-fn': 'assets/cli/profiled-fn.mjs' },
  packageManager: javascript.NodePackageManager.NPM,

  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },
  tsconfigDev: {
    fileName: 'tsconfig.dev.json',
    include: [
      '.projenrc.ts',
      'vitest*.config.ts',
      ...nodeFolders.flatMap((folder) => [`${folder}/**/*.ts`, `${folder}/**/*.mts`]),
    ],
    exclude: ['node_modules', '**/cdk.out', '**/*.d.ts', 'ui'],
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023'],
      types: ['node'],
      module: 'preserve',
      moduleResolution: javascript.TypeScriptModuleResolution.BUNDLER,
      resolveJsonModule: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      isolatedModules: true,
    },
  },

  github: false,
  sampleCode: false,
  jest: false,
  eslint: false,
  depsUpgrade: false,
  release: false,
  biome: true,
  biomeOptions: {
    version: '2.5.15',
    mergeArraysInConfiguration: false,
    biomeConfig: {
      files: {
        includes: [
          '**',
          '!**/*.d.ts',
          '!**/*.js',
          '!assets',
          '!dist',
          '!coverage',
          '!**/cdk.out',
          '!**/node_modules',
          '!.profiled-fn',
          '!**/*.html',
          '!package.json',
          '!package-lock.json',
          '!biome.jsonc',
          '!tsconfig.json',
          '!tsconfig.dev.json',
          '!.projen',
          '!**/testdata',
        ],
      },
      linter: {
        rules: {
          suspicious: { noImportCycles: { level: 'error', options: { ignoreTypes: false } } },
          nursery: { useConsistentTestIt: 'error' },
        },
      },
      overrides: importOverrides(),
      formatter: { lineWidth: 120, indentStyle: 'space' as never, indentWidth: 2 },
      javascript: { formatter: { quoteStyle: 'single' as never } },
    } as never,
  },

  publishToPypi: { distName: 'profiled-fn', module: 'profiled_fn' },
  publishToMaven: {
    javaPackage: 'dev.profiledfn.cdk',
    mavenGroupId: 'dev.profiledfn',
    mavenArtifactId: 'profiled-fn',
  },
  publishToGo: { moduleName: 'github.com/profiled-fn/profiled-fn-go' },
  publishToNuget: { dotNetNamespace: 'ProfiledFn', packageId: 'ProfiledFn' },

  peerDeps: ['aws-cdk-lib@^2.241.0', 'constructs@^10.5.0'],
  peerDependencyOptions: { pinnedDevDependency: false },
  devDeps: [
    'aws-cdk-lib@2.276.0',
    'constructs@10.8.1',
    'aws-cdk@2.1148.1',
    'projen@0.103.25',
    'tsx@^4.23.0',
    '@types/node@^20',
    'vitest@~3.2.0',
    'esbuild@^0.28.0',
    'pprof-format@^2.3.0',
    'playwright-core@~1.65.0',
    'commander@^14.0.0',
    '@clack/prompts@^1.9.0',
    '@aws-sdk/client-s3@^3.1169.0',
    '@aws-sdk/client-cloudformation@^3.1169.0',
    '@aws-sdk/client-lambda@^3.1164.0',
    '@aws-sdk/credential-providers@^3.1169.0',
    'aws-lambda-ric@4.0.2',
    'aws-lambda-ric-3@npm:aws-lambda-ric@3.3.0',
    '@jridgewell/trace-mapping@^0.3.31',
    '@smithy/signature-v4@^5.7.0',
    '@smithy/types@^4.0.0',
    '@types/aws-lambda@^8.10.0',
    'amazon-cognito-passwordless-auth@0.17.0',
    'axe-core@^4.14.0',
    'cdk-nag@^2.0.0',
    'cdk-nag-3@npm:cdk-nag@^3.0.2',
    'https-proxy-agent@^9.1.0',
    'proxy-from-env@^2.1.0',
    'preact@^11.2.0',
    '@preact/signals@^2.11.0',
    // The linter of prose, scripts/prose/.
    'compromise@^14.17.0',
    'mdast-util-to-nlcst@^7.0.0',
    'nlcst-to-string@^4.0.0',
    'parse-english@^7.0.0',
    'remark-gfm@^4.0.0',
    'remark-parse@^11.0.0',
    'retext-indefinite-article@^5.0.0',
    'retext-repeated-words@^5.0.0',
    'unified@^11.0.0',
    'unist-util-visit@^5.0.0',
    'vfile@^6.0.0',
    'vfile-reporter@^8.0.0',
  ],
  gitignore: [
    '/assets/',
    '/assets.tmp*/',
    '.jsii.tabl.json',
    '/lib/**/*.js',
    '/lib/**/*.d.ts',
    '.profiled-fn/',
    'cdk.out/',
    '/tsconfig.json',
    '.DS_Store',
    '*.tsbuildinfo',
  ],
  npmignoreEnabled: false,
});

// Native install scripts are never needed (esbuild ships binaries, aws-lambda-ric runs on a shim):
// without them `npm ci` works with nothing but Node.js and npm.
project.npmrc.addConfig('ignore-scripts', 'true');
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.npmrc.addConfig('fund', 'false');
project.npmrc.addConfig('audit', 'false');

project.package.addField('files', ['.jsii', 'API.md', 'CHANGELOG.md', 'assets', 'lib/**/*.js', 'lib/**/*.d.ts']);

// jsii and the tools of other languages read .jsii and package.json by path.
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './runtime': { types: './assets/runtime/index.d.ts', default: './assets/runtime/index.js' },
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
  './package.json': './package.json',
});

// TypeScript with moduleResolution node10 knows no exports.
project.package.addField('typesVersions', { '*': { runtime: ['assets/runtime/index.d.ts'] } });

new TextFile(project, '.nvmrc', { lines: ['20'] });

const bundle = project.addTask('bundle', {
  description: 'Bundle runtime/, cli/, local/ and ui/ into assets/',
  exec: 'node scripts/bundle.mjs',
});
project.compileTask.prependSpawn(bundle);
project.compileTask.env('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

const typeCheck = project.addTask('typecheck', { description: 'Type-check everything that jsii does not compile' });
typeCheck.exec('tsc --noEmit -p tsconfig.dev.json');
typeCheck.exec('tsc --noEmit -p ui/tsconfig.json');

project.testTask.reset();
project.testTask.spawn(bundle);
project.testTask.exec('vitest run', { receiveArgs: true });
project.addTask('test:unit', {
  description: 'Run the tests of code alone: no bundle, no browser, no other process',
  steps: [{ exec: 'vitest run --config vitest.unit.config.ts', receiveArgs: true }],
});
for (const part of ['page', 'command']) {
  project.addTask(`watch:${part}`, {
    description: `Bundle the ${part} again whenever one of its sources changes`,
    steps: [{ spawn: 'bundle' }, { exec: `node scripts/watch.mjs ${part}` }],
  });
}
project.addTask('test:repeat', {
  description: 'Run the tests again and again, with busy neighbours and with a quarter of a processor',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx scripts/repeat-tests.mts', receiveArgs: true }],
});
project.addTask('lint', {
  description: 'Lint code and prose without changing files',
  steps: [{ exec: 'biome ci --error-on-warnings .' }, { exec: 'node scripts/prose/lint.mjs' }],
});

project.addTask('demo', {
  description: 'Synthesize the example, run it locally under load, fetch its profiles, write and show the result',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx scripts/demo.mts', receiveArgs: true }],
});
project.addTask('conformance', {
  description:
    "Prove our files and servers against others' tools (needs Go, Python, Java, PostgreSQL, MariaDB and Redis)",
  steps: [{ spawn: 'bundle' }, { exec: 'vitest run --config vitest.conformance.config.ts', receiveArgs: true }],
});
project.addTask('conformance:shapes', {
  description: 'Handlers of every shape, with and without profiling, on each Node.js and runtime client of Lambda',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx test/conformance/shapes/run.mts', receiveArgs: true }],
});
project.addTask('chaos', {
  description: 'The example under load while everything around it goes wrong, 10 minutes',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx scripts/chaos.mts', receiveArgs: true }],
});
project.addTask('fuzz', {
  description: 'A million mutated profiles against the codec and the merger',
  steps: [{ exec: 'tsx scripts/fuzz.mts', receiveArgs: true }],
});
for (const [name, description] of Object.entries({
  held: 'How long environments are held after responses, at Lambda’s share of a processor',
  latency: 'Response latency of a profiled handler against the same handler unwrapped',
  overhead: 'CPU time of profiled handlers against bare ones',
  'cold-start': 'Initialization and memory of profiled functions against bare ones',
  memory: 'Memory over 500 windows',
  accuracy: 'Profiled times of known phases across freezes',
  merge: 'Merging snapshots, beside Go’s pprof',
  gate: 'False positives and power of diff --fail-on',
  viewer: 'Large profiles in the viewer, beside speedscope',
  command: 'Start of the command, beside bare node',
  diff: 'Comparing snapshots that are here already',
  fetch: 'Fetching many snapshots, beside their downloads alone',
  waits: 'Overhead of each profile type, on and off',
  'source-map': 'Reading a source map of 5 MB and giving a profile its places',
})) {
  project.addTask(`bench:${name}`, {
    description,
    steps: [{ spawn: 'bundle' }, { exec: `tsx bench/${name}.ts`, receiveArgs: true }],
  });
}

// tsx needs no tsconfig to run this file.
project.tryRemoveFile('projenrc/tsconfig.json');

// Newer releases name platform packages that are not published everywhere, which `npm ci` refuses.
project.package.addPackageResolutions('rollup@4.67.4');

project.synth();
