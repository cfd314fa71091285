import type { Instance } from './shape';
export function packages(_nodeModules: string): Instance[] {
  return [];
}
