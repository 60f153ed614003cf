import { writeFileSync } from 'node:fs';
import { build } from 'rolldown';

/** Packages that load files of their own, or that belong to the user's project as much as to us. */
const external = ['pg-native', 'pgpass', 'jiti', 'lilconfig', 'write-file-atomic'];

/** The parts of knex for other databases, which it loads when they are asked for. */
const otherDialects =
  /^\.\/(better-sqlite3|cockroachdb|mariadb|mssql|mysql2?|oracle(db)?|pgnative|redshift|sqlite3)$/;

/**
 * Bundles the command into a few files, for Node takes about a millisecond for every module that it loads. They are
 * CommonJS modules, which Node loads faster than ES modules. Whoever imports the library gets the modules as they are.
 */
await build({
  input: {
    start: 'src/cli/start.ts',
    run: 'src/cli/run.ts',
    child: 'src/migrations/runner/child.ts',
    'windows-supervisor': 'src/scratch/embedded/windows-supervisor.ts',
  },
  platform: 'node',
  // pg asks whether it runs on Cloudflare. On Node 20, the answer would load Node's whole HTTP client.
  transform: { define: { navigator: '({ userAgent: "Node.js" })' } },
  external: [/^node:/, ...external.map((name) => new RegExp(`^${name}(/|$)`)), otherDialects],
  output: {
    comments: { legal: true, annotation: false, jsdoc: false },
    dir: 'dist/command',
    format: 'cjs',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
  },
});
writeFileSync('dist/command/package.json', '{ "type": "commonjs" }\n');
