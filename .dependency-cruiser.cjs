const folders = require('./.dependency-cruiser.folders.json');

/** A pattern for a folder or a file directly in `src/`. */
const pattern = (name) => `^src/${name.replace('.', '\\.')}${name.endsWith('.ts') ? '$' : '/'}`;

/** One rule for each entry of the table: CONTRIBUTING.md, "The direction of imports". */
const rules = Object.entries(folders).map(([name, allowed]) => ({
  name: `imports-of-${name.replace('.ts', '')}`,
  severity: 'error',
  from: { path: pattern(name) },
  to: { path: '^src/', pathNot: [name, ...allowed].map(pattern) },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'in-the-table',
      comment: 'Add every folder of src/ to .dependency-cruiser.folders.json.',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(folders).map(pattern) },
      to: {},
    },
    {
      name: 'process-for-migrations-without-layouts',
      comment:
        'Each such process would load the modules of all layouts: ask layouts/code/runners.ts for the one that runs.',
      severity: 'error',
      from: { path: '^src/migrations/runner/child\\.ts$' },
      to: { path: '^src/migrations/layouts/layouts\\.ts$', reachable: true },
    },
    ...rules,
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
