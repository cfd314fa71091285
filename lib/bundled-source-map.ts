import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssetStaging, Stack, Stage } from 'aws-cdk-lib';
import { type BundlingOptions, type ICommandHooks, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IConstruct } from 'constructs';

/** The folder for the map in a container that bundles. */
const CONTAINER_FOLDER = '/profiled-fn-source-map';

/** Bundling that leaves its source map aside. */
export interface BundlingWithMap {
  readonly bundling: BundlingOptions;
  /**
   * Removes the map of the bundler, and returns it as one for each script. Returns nothing if the bundler did not run,
   * because CDK had the same bundle already.
   */
  readonly take: () => Record<string, string>;
}

/**
 * `bundling` with a source map that is moved out of the bundle as soon as it is made: code and hash are the same as
 * without. `undefined` if the stack is not bundled, or if `bundling` must not change. That is the case if it has an
 * option for source maps, or if its options are part of the asset's hash.
 */
export function bundlingWithMap(scope: IConstruct, bundling: BundlingOptions = {}): BundlingWithMap | undefined {
  const outdir = Stage.of(scope)?.assetOutdir;
  if (outdir === undefined || !Stack.of(scope).bundlingRequired || staysAsItIs(bundling)) return undefined;

  // One for all functions, as CDK bundles one after the other: with a name of its own for each, CDK would not see that
  // functions have the same bundle.
  const folder = join(outdir, 'profiled-fn-source-map');
  const script = bundling.format === OutputFormat.ESM ? 'index.mjs' : 'index.js';
  return {
    bundling: {
      ...bundling,
      sourceMap: true,
      // Without a comment in the script, which would lead nowhere.
      sourceMapMode: SourceMapMode.EXTERNAL,
      commandHooks: movingMap(`${script}.map`, folder, bundling.commandHooks),
      volumes: [...(bundling.volumes ?? []), { hostPath: folder, containerPath: CONTAINER_FOLDER }],
    },
    take() {
      const file = join(folder, `${script}.map`);
      const maps = existsSync(file) ? { [script]: readFileSync(file, 'utf8') } : {};
      rmSync(folder, { recursive: true, force: true });
      return maps;
    },
  };
}

function staysAsItIs({ sourceMap, sourceMapMode, assetHash, command, esbuildArgs = {} }: BundlingOptions): boolean {
  const ownArgs = Object.keys(esbuildArgs).some((name) => /^--(sourcemap|outfile|outdir)\b/.test(name));
  return [sourceMap, sourceMapMode, assetHash, command].some((option) => option !== undefined) || ownArgs;
}

/**
 * `hooks`, with a command after the bundler that moves the map away. It comes first, so hooks find the same files as
 * without it.
 */
function movingMap(map: string, folder: string, hooks: ICommandHooks | undefined): ICommandHooks {
  return {
    beforeBundling(inputDir, outputDir) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      return hooks?.beforeBundling(inputDir, outputDir) ?? [];
    },
    beforeInstall: (inputDir, outputDir) => hooks?.beforeInstall(inputDir, outputDir) ?? [],
    afterBundling(inputDir, outputDir) {
      const inContainer = outputDir === AssetStaging.BUNDLING_OUTPUT_DIR;
      const move = inContainer
        ? moveCommand('linux', `${outputDir}/${map}`, CONTAINER_FOLDER)
        : moveCommand(process.platform, join(outputDir, map), folder);
      return [move, ...(hooks?.afterBundling(inputDir, outputDir) ?? [])];
    },
  };
}

/**
 * A command line that moves `file`, if there is one, for the shell that CDK bundles with: `cmd` on Windows, else `bash`.
 * CDK may join it with others by `&&`.
 */
export function moveCommand(platform: string, file: string, folder: string): string {
  // Without parentheses, cmd applies the condition to all commands that `&&` joins.
  if (platform === 'win32') return `(if exist "${file}" move /y "${file}" "${folder}" >nul)`;
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  return `if [ -f ${quoted(file)} ]; then mv ${quoted(file)} ${quoted(folder)}; fi`;
}
