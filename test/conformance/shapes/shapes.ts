import { endings } from './endings';
import { functions } from './functions';
import { modules } from './modules';
import { packages } from './packages';
import type { Instance } from './shape';
import { streams } from './streams';
import { surroundings } from './surroundings';

/** @param nodeModules where the packages of package.json are installed */
export function allInstances(nodeModules: string): Instance[] {
  return [...modules(), ...functions(), ...endings(), ...streams(), ...surroundings(), ...packages(nodeModules)];
}
