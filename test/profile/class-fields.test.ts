import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder';
import { profileOfBundle } from './support/profile-of-bundle';

/** The fields of each class take so much of a processor that the sampler sees them, however busy the machine is. */
const SOURCE = `
  function spin(): number {
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user < 40_000) for (let i = 0; i < 1000; i++) Math.sqrt(i);
    return start.user;
  }
  export async function handler(): Promise<unknown> {
    class Pricer {
      readonly rate = spin();
    }
    const Cart = class extends Pricer {
      static readonly empty = spin();
      readonly items = [spin()];
    };
    return [new Pricer(), new Cart()];
  }`;

describe('Fields of classes, as esbuild bundles and V8 samples them', () => {
  const folder = temporaryFolder('class-fields');
  beforeAll(async () => {
    await writeFile(join(folder, 'index.ts'), SOURCE);
  });

  it.each([false, true])('have the name of their class; minified: %s', async (minify) => {
    const outfile = join(folder, `${minify}/index.js`);
    const { samples } = await profileOfBundle(join(folder, 'index.ts'), outfile, { minify });
    const frames = samples.flatMap(({ locations }) => locations.flatMap(({ lines }) => lines.map(({ fn }) => fn)));
    const fields = frames.filter(({ name }) => name.includes('fields')).map((fn) => `${fn.name} ${fn.startLine}`);
    expect([...new Set(fields)].sort()).toEqual(['Cart (fields) 11', 'Cart (static fields) 12', 'Pricer (fields) 8']);
    expect(frames.filter(({ name }) => name.includes('initializer'))).toEqual([]);
  });
});
