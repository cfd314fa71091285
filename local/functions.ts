import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource, Stack } from './cloudformation/deployed-stack';
import { isObject, type Json, type JsonObject } from './cloudformation/template';
import type { DeployedFunction, UnknownVariable } from './types';
import { unzip } from './unzip';

/** Functions that can be run, and why others cannot. */
export interface FunctionsOfStacks {
  functions: DeployedFunction[];
  warnings: string[];
}

/**
 * Every function with a Node.js runtime.
 *
 * @param scratch directory for code that is no directory yet: inline code and zip files
 * @param standIns values that stand in for what only AWS knows
 */
export function deployedFunctions(
  stacks: Stack[],
  scratch: string,
  standIns: ReadonlyMap<string, string> = new Map(),
): FunctionsOfStacks {
  const functions: DeployedFunction[] = [];
  const warnings: string[] = [];
  for (const stack of stacks) {
    for (const resource of stack.resources) {
      if (resource.type !== 'AWS::Lambda::Function' || !text(resource.properties.Runtime).startsWith('nodejs'))
        continue;
      try {
        const fn = describeFunction(resource, stack, stacks, scratch, warnings);
        const unknownVariables = unknownIn(fn.environment, standIns);
        functions.push(unknownVariables.length > 0 ? { ...fn, unknownVariables } : fn);
      } catch (error) {
        if (!(error instanceof MissingCode)) throw error;
        warnings.push(`Function ${resource.physicalId} cannot be run here: ${error.message}`);
      }
    }
  }
  return { functions, warnings };
}

/** The longest stand-in counts: an attribute's begins with the id of its resource. */
function unknownIn(environment: Record<string, string>, standIns: ReadonlyMap<string, string>): UnknownVariable[] {
  const known = [...standIns].sort(([a], [b]) => b.length - a.length);
  return Object.entries(environment).flatMap(([name, value]) => {
    const found = known.find(([standIn]) => value.includes(standIn));
    return found ? [{ name, what: found[1] }] : [];
  });
}

/** Code is somewhere else than in the cloud assembly. */
class MissingCode extends Error {}

function describeFunction(
  { logicalId, constructPath, physicalId, properties }: Resource,
  stack: Stack,
  stacks: Stack[],
  scratch: string,
  warnings: string[],
): DeployedFunction {
  const { Architectures, Environment, Layers } = properties;
  const architecture = Array.isArray(Architectures) && Architectures[0] === 'arm64' ? 'arm64' : 'x86_64';
  return {
    stackName: topStack(stack).stackName,
    logicalId,
    constructPath,
    functionName: physicalId,
    runtime: text(properties.Runtime),
    handler: text(properties.Handler),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    memoryMb: Number(properties.MemorySize ?? 128),
    architecture,
    environment: stringValues(isObject(Environment) ? Environment.Variables : undefined),
    codeDirectory: codeDirectory(properties.Code, stack, scratch),
    layerDirectories: (Array.isArray(Layers) ? Layers : []).flatMap((layerArn) => {
      const directory = layerDirectory(text(layerArn), stacks, scratch);
      if (!directory) warnings.push(`Function ${physicalId} runs without layer ${layerArn}, which is not of this app.`);
      return directory ?? [];
    }),
    roleArn: text(properties.Role),
    region: stack.region,
  };
}

function layerDirectory(layerArn: string, stacks: Stack[], scratch: string): string | undefined {
  for (const stack of stacks) {
    const layer = stack.resources.find(
      ({ type, physicalId }) => type === 'AWS::Lambda::LayerVersion' && physicalId === layerArn,
    );
    if (layer) return codeDirectory(layer.properties.Content, stack, scratch);
  }
  return undefined;
}

/** @param code `Code` of a function or `Content` of a layer */
function codeDirectory(code: Json | undefined, { source }: Stack, scratch: string): string {
  const { ZipFile, S3Bucket, S3Key } = isObject(code) ? code : ({} as JsonObject);
  if (typeof ZipFile === 'string') return inlineCode(ZipFile, scratch);
  const asset = source.assets.get(text(S3Key));
  if (!asset) {
    throw new MissingCode(
      `its code is s3://${text(S3Bucket)}/${text(S3Key)}, which is no asset of this app. Use Code.fromAsset or NodejsFunction.`,
    );
  }
  if (!existsSync(asset.path)) {
    throw new Error(`${asset.path} is missing from the cloud assembly. Run "cdk synth" again.`);
  }
  if (statSync(asset.path).isDirectory()) return asset.path;
  const directory = join(scratch, text(S3Key).replaceAll('/', '-'));
  if (!existsSync(directory)) unzip(asset.path, directory);
  return directory;
}

/** Lambda writes inline code into a file that it names itself. */
function inlineCode(code: string, scratch: string): string {
  const directory = mkdtempSync(join(scratch, 'inline-'));
  writeFileSync(join(directory, 'index.js'), code);
  return directory;
}

function topStack(stack: Stack): Stack {
  return stack.parent ? topStack(stack.parent) : stack;
}

function stringValues(value: Json | undefined): Record<string, string> {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, text(item)])) : {};
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
