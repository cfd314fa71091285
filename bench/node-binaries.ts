import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** A Node.js to measure with. */
export interface NodeBinary {
  path: string;
  /** For example `24.21.0`. */
  version: string;
  /** The Lambda runtime that has it: `nodejs24.x`. */
  runtime: string;
}

/** @throws where `path` is not an executable Node.js */
export function nodeBinary(path: string): NodeBinary {
  const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
  return { path, version, runtime: `nodejs${version.split('.')[0]}.x` };
}

/** The arguments that the benches share. */
export interface BenchArguments {
  /** `--node <path>`, which may be repeated; the Node.js that runs the bench otherwise. */
  nodes: NodeBinary[];
  /** `--rounds <n>`: how many pairs of processes. */
  rounds: number;
  /** `--only <name>`: leaves out every other case; repeatable. */
  only(name: string): boolean;
}

/** @throws on an argument that no bench has */
export function benchArguments(defaultRounds: number): BenchArguments {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  const rounds = Number(values.rounds ?? defaultRounds);
  if (!(rounds >= 1)) throw new Error(`--rounds is "${values.rounds}": it must be a number from 1 on`);
  return {
    nodes: (values.node ?? [process.execPath]).map(nodeBinary),
    rounds,
    only: (name) => values.only === undefined || values.only.includes(name),
  };
}
