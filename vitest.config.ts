import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/setup/build.ts'],
    // Far above what anything takes, for machines that do other things besides.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // What is tested is what is shipped: the built files, loaded by Node itself.
    server: { deps: { external: [/\/dist\//] } },
  },
});
