import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Compiled output of jsii lies beside the sources in lib/: always take the source.
  resolve: { extensions: ['.ts', '.mts', '.mjs', '.js', '.json'] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', '**/node_modules/**', '**/cdk.out/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
