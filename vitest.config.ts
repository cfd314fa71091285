import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Compiled output of jsii lies beside the sources in lib/: always take the source.
  resolve: { extensions: ['.ts', '.mts', '.mjs', '.js', '.json'] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', '**/node_modules/**', '**/cdk.out/**'],
    // They find what hangs, not what is slow: at a quarter of a processor tests take ten times as long.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
