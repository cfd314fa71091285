import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Compiled output of jsii lies beside the sources in lib/: always take the source.
  resolve: { extensions: ['.ts', '.mts', '.mjs', '.js', '.json'] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/conformance/**', '**/node_modules/**', '**/cdk.out/**'],
    // A busy machine is slow; what hangs is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
