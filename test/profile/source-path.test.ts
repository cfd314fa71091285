import { describe, expect, it } from 'vitest';
import { sourcePath } from '../../profile/source-path';

describe('sourcePath', () => {
  it.each([
    ['src/price.ts', 'src/price.ts'],
    ['../../src/price.ts', 'src/price.ts'],
    ['./src/price.ts', 'src/price.ts'],
    ['../asset-input/lib/shop.ts', 'lib/shop.ts'],
    ['asset-input/lib/shop.ts', 'asset-input/lib/shop.ts'],
    ['/home/me/shop/src/price.ts', '/home/me/shop/src/price.ts'],
    ['file:///home/me/shop/src/price.ts', '/home/me/shop/src/price.ts'],
    ['webpack://shop/./src/price.ts', 'src/price.ts'],
    ['webpack://shop/src/price.ts?3f1c', 'src/price.ts'],
    ['webpack:///src/price.ts', 'src/price.ts'],
    ['webpack-internal:///./src/price.ts', 'src/price.ts'],
    ['webpack://shop/webpack/bootstrap', 'webpack/bootstrap'],
    ['../../node_modules/zod/index.js', 'node_modules/zod/index.js'],
    ['webpack://shop/./node_modules/zod/index.js', 'node_modules/zod/index.js'],
    ['../node_modules/.pnpm/zod@3.1.0/node_modules/zod/index.js', 'node_modules/zod/index.js'],
    ['../my_node_modules/a.js', 'my_node_modules/a.js'],
    ['', ''],
  ])('makes of %s %s', (source, path) => {
    expect(sourcePath(source)).toBe(path);
  });
});
