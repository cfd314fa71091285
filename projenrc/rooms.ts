import { posix } from 'node:path';

/**
 * The rooms of the repository, and what each may import beside itself: the linter's rules and the table in
 * docs/architecture.md are made of this.
 */
export interface Room {
  /** What lives there. Markdown. */
  holds: string;
  /** Other rooms, or single files and folders of them. */
  imports: string[];
  /** Packages. @default - none, and not Node.js either */
  packages?: string[];
  /** Its folders are rooms of their own. @default false */
  isShell?: boolean;
}

const NODE = 'node:*';
const CONTRACT = 'lib/contract';
/** Rooms of the command, each above those before it. */
const [TERMINAL, FILES, AWS, STACKS, SNAPSHOTS] = [
  'cli/terminal',
  'cli/files',
  'cli/aws',
  'cli/stacks',
  'cli/snapshots',
];
/** Helpers of tests. */
const SUPPORT = 'test/**/support';

export const rooms: Record<string, Room> = {
  [CONTRACT]: {
    holds: 'names, keys and limits that the constructs, the function and its readers share',
    imports: [],
  },
  lib: {
    holds: 'the constructs: the jsii API',
    imports: [CONTRACT],
    packages: [NODE, 'aws-cdk-lib', 'constructs'],
  },
  runtime: {
    holds:
      'the code inside the function. `handler.ts` is its entry. `lambda/` loads the handler, observes the runtime client and receives events of Lambda. `cpu/`, `heap/`, `waits/`, `loop/`, `gc/`, `workers/` and `custom/` measure. `stacks/` captures stacks. `invocations/` records invocations. `hold/` decides which steps fit after a response. `upload/` makes snapshots and sends them',
    imports: [CONTRACT, 'profile'],
    packages: [NODE],
  },
  profile: {
    holds:
      'profiles and pure functions over them; no I/O. `model/` has the data, `pprof/` reads and writes the format, `merge/` adds profiles up, `analysis/` answers questions, `symbols/` finds names in sources and source maps, `export/` writes other formats',
    imports: [CONTRACT],
    packages: ['@jridgewell/trace-mapping'],
  },
  cli: {
    holds: 'the entry of the command `profiled-fn` and its list of commands',
    imports: ['package.json'],
    packages: [NODE, 'commander'],
    isShell: true,
  },
  'cli/commands': {
    holds: 'flags, work and report of each command, together',
    imports: [
      ...[TERMINAL, FILES, AWS, STACKS, SNAPSHOTS],
      ...['cli/source-maps', 'cli/fetch', 'cli/viewer', 'cli/show', 'cli/flags', 'cli/load'],
      ...[CONTRACT, 'profile', 'local'],
    ],
    packages: [NODE, 'commander'],
  },
  'cli/show': {
    holds: 'output about profiles of several commands, and the input profile of a command',
    imports: [
      ...[TERMINAL, FILES, STACKS, SNAPSHOTS, 'cli/source-maps', 'cli/fetch', 'cli/viewer'],
      ...[CONTRACT, 'profile'],
    ],
    packages: [NODE],
  },
  'cli/fetch': {
    holds: 'from snapshots to a merged profile: the source, downloads, the worker that merges, the file',
    imports: [
      ...[TERMINAL, FILES, AWS, STACKS, SNAPSHOTS, 'cli/source-maps'],
      ...[CONTRACT, 'profile', 'local/package-assets'],
    ],
    packages: [NODE, 'tsx'],
  },
  'cli/source-maps': {
    holds: 'places of source maps, and their names for a profile',
    imports: [TERMINAL, FILES, AWS, STACKS, CONTRACT, 'profile'],
    packages: [NODE],
  },
  [SNAPSHOTS]: {
    holds: 'listing, selecting, downloading and caching snapshots',
    imports: [TERMINAL, FILES, AWS, STACKS, CONTRACT, 'profile'],
    packages: [NODE],
  },
  [STACKS]: {
    holds: 'discovery of stacks, profiled functions and buckets',
    imports: [TERMINAL, AWS, CONTRACT],
    packages: [NODE, '@aws-sdk/client-cloudformation'],
  },
  [AWS]: {
    holds: 'sessions, calls to S3 and Lambda, and explanations of their errors',
    imports: [TERMINAL, CONTRACT],
    packages: [NODE, '@aws-sdk/*', '@smithy/types', 'https-proxy-agent', 'proxy-from-env'],
  },
  'cli/viewer': {
    holds: 'the server and the file of the viewer page',
    imports: [TERMINAL, FILES, 'ui/page-data', 'ui/render-page', 'local/package-assets'],
    packages: [NODE],
  },
  'cli/flags': {
    holds: 'flags that several commands share',
    imports: [FILES, AWS, STACKS, CONTRACT, 'profile'],
    packages: ['commander'],
  },
  'cli/load': {
    holds: 'load on a function: events, rate, report',
    imports: [TERMINAL, 'profile'],
    packages: [NODE],
  },
  [FILES]: {
    holds: 'files on this disk: the folder of the command, profiles, and how much memory they may take',
    imports: [TERMINAL, CONTRACT, 'profile'],
    packages: [NODE],
  },
  [TERMINAL]: {
    holds: 'input and output of the command: results, notes, progress, questions, failures and exit codes',
    imports: ['profile'],
    packages: [NODE, '@clack/prompts'],
  },
  ui: {
    holds: 'the viewer page',
    imports: [CONTRACT, 'profile'],
    packages: ['preact', '@preact/signals'],
  },
  local: {
    holds:
      'the stand-in for AWS: S3 subset, CloudFormation reads, Lambda API subset, Lambda Runtime and Extensions API',
    imports: [CONTRACT],
    packages: [NODE],
  },
  examples: {
    holds: 'CDK apps that users can copy',
    imports: ['lib'],
    packages: [NODE, 'aws-cdk-lib', 'constructs', '@aws-sdk/*', 'aws-lambda', 'profiled-fn'],
  },
  projenrc: {
    holds: 'parts of the project definition `.projenrc.ts`',
    imports: [],
    packages: [NODE],
  },
};

/** Folders of developers' tools, for which the packages do not matter. `test/` may import everything. */
export const toolRooms: Record<string, Pick<Room, 'holds' | 'imports'>> = {
  scripts: { holds: 'bundling and long checks', imports: ['profile', 'bench', 'local', SUPPORT] },
  bench: {
    holds: 'measurements',
    imports: [...Object.keys(rooms).filter((name) => !name.includes('/') && name !== 'examples'), SUPPORT],
  },
};

/** How deep the folders of a room are, at most. */
const DEEPEST = 3;

/** Overrides of Biome's configuration that let each room import what it may. */
export function importOverrides(): object[] {
  return [...Object.entries<Room>(rooms), ...Object.entries<Room>(toolRooms)].flatMap(([name, room]) =>
    Array.from({ length: room.isShell ? 1 : DEEPEST }, (_, depth) => ({
      includes: [
        `${name}/${'*/'.repeat(depth)}*`,
        ...Object.keys(rooms).flatMap((other) => (other.startsWith(`${name}/`) ? [`!${other}/**`] : [])),
      ],
      linter: {
        rules: {
          style: {
            noRestrictedImports: {
              level: 'error',
              options: {
                patterns: [
                  {
                    group: patterns(name, room, depth, Object.hasOwn(rooms, name)),
                    message: `${name}/ may import ${mayImport(room)}: see projenrc/rooms.ts.`,
                  },
                ],
              },
            },
          },
        },
      },
    })),
  );
}

/** As in a .gitignore: what comes later counts more, and `!` allows. */
function patterns(name: string, { imports, packages = [] }: Room, depth: number, minded: boolean): string[] {
  const up = '../'.repeat(depth);
  const inside = ['!./**', ...Array.from({ length: depth }, (_, i) => `!${'../'.repeat(i + 1)}**`)];
  const allowed = imports.map((other) => `!${up}${posix.relative(name, other)}`);
  return [
    ...(minded ? ['**', ...packages.flatMap((each) => [`!${each}`, `!${each}/**`]), ...inside] : []),
    `../${up}**`,
    ...allowed.flatMap((path) => [path, `${path}/**`]),
  ];
}

/** What a room may import, for people. */
export function mayImport({ imports, packages = [] }: Room): string {
  const all = [...imports, ...packages].map((each) => (each === NODE ? 'Node.js' : `\`${each}\``));
  return all.length === 0 ? 'nothing' : all.join(', ');
}

/** The rooms as rows of a table in Markdown. */
export function roomRows(): string[] {
  const all: [string, Room][] = [...Object.entries(rooms), ...Object.entries(toolRooms)];
  return all.map(([name, room]) => `| \`${name}/\` | ${room.holds} | ${mayImport(room)} |`);
}
