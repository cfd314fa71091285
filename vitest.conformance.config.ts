import { defineConfig } from 'vitest/config';

/** Checks that need tools beyond Node.js and npm: run by `npm run conformance`. */
export default defineConfig({
  resolve: { extensions: ['.ts', '.mts', '.mjs', '.js', '.json'] },
  test: {
    include: ['test/conformance/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
