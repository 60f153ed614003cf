import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** With `--list`, writes no files, but prints what is in each: its modules, and the files that it loads with itself. */
const isListed = process.argv.includes('--list');

/** Packages that load files of their own, or that belong to the user's project as much as to us. */
const external = ['pg-native', 'pgpass', 'jiti', 'lilconfig', 'write-file-atomic'];

/** The parts of knex for other databases, which it loads when they are asked for. */
const otherDialects =
  /^\.\/(better-sqlite3|cockroachdb|mariadb|mssql|mysql2?|oracle(db)?|pgnative|redshift|sqlite3)$/;

/**
 * V8 keeps the source of each function, with two bytes for each character if one character of the file is not in
 * Latin-1. Only strings, regular expressions and comments contain such characters.
 */
const latin1Sources = {
  name: 'latin1-sources',
  generateBundle(_, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk')
        file.code = file.code.replace(
          /[\u0100-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
  },
};

/**
 * Modules that some packages load with themselves, but need for few things: cryptography for passwords, and processes for
 * commands that are programs. Each takes about 5 ms and up to 0.7 MB. They are loaded when something of them is needed.
 */
const LAZY_MODULES = new Map([
  [fileURLToPath(import.meta.resolve('pg/lib/crypto/utils.js')), /[\\/]pg[\\/]lib[\\/]/],
  ['node:child_process', /[\\/]commander[\\/]lib[\\/]/],
]);
const LAZY = 'lazy:';
const lazyModules = {
  name: 'lazy-modules',
  resolveId: {
    filter: { id: /(\/utils|child_process)$/ },
    async handler(id, importer = '') {
      if (importer.startsWith(LAZY)) return null;
      const resolved = await this.resolve(id, importer, { skipSelf: true });
      return LAZY_MODULES.get(resolved?.id)?.test(importer) ? `${LAZY}${resolved.id}.cjs` : null;
    },
  },
  load(id) {
    if (!id.startsWith(LAZY)) return null;
    const module = JSON.stringify(id.slice(LAZY.length, -'.cjs'.length));
    return `module.exports = new Proxy({}, { get: (_, name) => require(${module})[name] });`;
  },
  generateBundle(_, files) {
    const used = Object.values(files).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    for (const module of LAZY_MODULES.keys())
      if (!used.includes(`${LAZY}${module}.cjs`)) throw new Error(`No package loads ${module} with itself.`);
  },
};

/**
 * Bundles the command into a few files, for Node takes about a millisecond for every module that it loads. They are
 * CommonJS modules, which Node loads faster than ES modules. Whoever imports the library gets the modules as they are.
 */
const { output } = await build({
  input: {
    start: 'src/cli/start.ts',
    run: 'src/cli/run.ts',
    child: 'src/migrations/runner/child.ts',
    'windows-supervisor': 'src/scratch/embedded/windows-supervisor.ts',
  },
  platform: 'node',
  // pg asks whether it runs on Cloudflare. On Node 20, the answer would load Node's whole HTTP client.
  transform: { define: { navigator: '({ userAgent: "Node.js" })' } },
  // Its ES module asks Node for picomatch, which would be loaded twice.
  resolve: { alias: { fdir: path.resolve('node_modules/fdir/dist/index.cjs') } },
  plugins: [lazyModules, latin1Sources],
  external: [...external.map((name) => new RegExp(`^${name}(/|$)`)), otherDialects],
  output: {
    comments: { legal: true, annotation: false, jsdoc: false },
    dir: 'dist/command',
    format: 'cjs',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
    // Names stay, for stack traces.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
  write: !isListed,
});
if (isListed) {
  const files = output.filter(({ type }) => type === 'chunk');
  const listed = files.map(({ fileName, imports, moduleIds }) => ({
    name: fileName,
    imports,
    modules: moduleIds.map((id) => path.relative('.', id)),
  }));
  process.stdout.write(JSON.stringify(listed));
} else writeFileSync('dist/command/package.json', '{ "type": "commonjs" }\n');
