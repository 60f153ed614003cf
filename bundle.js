import { build } from 'rolldown';

/** Packages that load files of their own, or that belong to the user's project as much as to us. */
const external = ['pg', 'knex', 'jiti', 'lilconfig', 'write-file-atomic'];

/**
 * Bundles the command into a few files, for Node takes about a millisecond for every module that it loads. Whoever
 * imports the library gets the modules as they are.
 */
await build({
  input: {
    run: 'src/cli/run.ts',
    child: 'src/migrations/runner/child.ts',
    'windows-supervisor': 'src/scratch/embedded/windows-supervisor.ts',
  },
  platform: 'node',
  external: [/^node:/, ...external.map((name) => new RegExp(`^${name}(/|$)`))],
  output: { dir: 'dist/command', chunkFileNames: '[name]-[hash].js', cleanDir: true },
});
