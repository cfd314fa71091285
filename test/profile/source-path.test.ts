import { describe, expect, it } from 'vitest';
import { sourcePath } from '../../profile/symbols/source-path';

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
    ['webpack-internal:///(rsc)/./src/app.ts', 'src/app.ts'],
    ['turbopack:///[project]/src/app.ts', 'src/app.ts'],
    ['http://localhost:5173/src/app.ts', 'src/app.ts'],
    ['rollup://localhost/src/app.ts', 'src/app.ts'],
    ['/__parcel_source_root/src/app.ts', 'src/app.ts'],
    ['\0virtual:app', 'virtual:app'],
    ['../../src/App.vue?vue&type=script&lang.ts', 'src/App.vue'],
    ['../tsc/handler.js?commonjs-entry', 'tsc/handler.js'],
    ['webpack://shop/./src/App.vue?./node_modules/loader/index.js', 'src/App.vue'],
    ['.././src/price.ts', 'src/price.ts'],
    ['src/my%20price.ts', 'src/my price.ts'],
    ['src/%5Bid%5D/pr%C3%BCfen.ts', 'src/[id]/prüfen.ts'],
    ['src/100%.ts', 'src/100%.ts'],
    ['src/pr%c [id].ts', 'src/pr%c [id].ts'],
    ['file:///C:/shop/src/price.ts', 'C:/shop/src/price.ts'],
    ['file://localhost/home/me/price.ts', '/home/me/price.ts'],
    ['', ''],
  ])('makes of %s %s', (source, path) => {
    expect(sourcePath(source)).toBe(path);
  });
});
