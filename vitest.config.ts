import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => {
  // `vitest run --mode all`, for shells that cannot set a variable for one command. The workers inherit it.
  if (mode === 'all') process.env.DRIFTMARK_TEST_ALL = '1';
  return {
    test: {
      include: ['tests/**/*.test.ts'],
      reporters: ['default', './tests/setup/slowest-files.ts'],
      globalSetup: ['tests/setup/build.ts', 'tests/setup/servers.ts'],
      // Far above what any test needs, for machines that are busy with other things.
      testTimeout: 300_000,
      hookTimeout: 300_000,
      teardownTimeout: 60_000,
      // One more than the two cores of a small machine: tests often wait for a server or a process.
      maxWorkers: 3,
      // Test files of a worker share the loaded modules: loading them for each file took a quarter of the time.
      isolate: false,
      // The tests load what is shipped: the built files, loaded by Node itself.
      server: { deps: { external: [/\/dist\//] } },
    },
  };
});
