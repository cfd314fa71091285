import { missingSdkPackages } from '../../../local/lambda/sdk';
import type { LocalFunction } from './profiled-functions';

/** What functions have here that is not as on Lambda, one sentence each. */
export function differences(functions: LocalFunction[], env: Record<string, string>, folder: string): string[] {
  return [
    ...otherNodes(functions, process.versions.node),
    ...functions.flatMap((fn) => unknownVariables(fn, env)),
    ...functions.flatMap((fn) => missingSdk(fn, folder)),
  ];
}

function otherNodes(functions: LocalFunction[], version: string): string[] {
  const own = `nodejs${version.split('.')[0]}.x`;
  const others = functions.filter(({ deployed }) => deployed.runtime !== own);
  if (others.length === 0) return [];
  const names = others.map(({ name, deployed }) => `${name} has ${deployed.runtime}`).join(', ');
  return [`Functions run with Node.js ${version}, as this command does. On Lambda ${names}.`];
}

function unknownVariables({ name, deployed }: LocalFunction, env: Record<string, string>): string[] {
  return (deployed.unknownVariables ?? [])
    .filter((variable) => !Object.hasOwn(env, variable.name))
    .map(
      (variable) =>
        `Function ${name}: ${variable.name} has a placeholder value, because only AWS knows ${variable.what}. ` +
        `Set it with --env ${variable.name}=<value>.`,
    );
}

function missingSdk({ name, deployed }: LocalFunction, folder: string): string[] {
  const missing = missingSdkPackages(deployed, folder);
  if (missing.length === 0) return [];
  return [
    `Function ${name} loads ${missing.join(', ')}, which Lambda includes and this project does not. ` +
      `Install it: npm install --save-dev ${missing.join(' ')}`,
  ];
}
