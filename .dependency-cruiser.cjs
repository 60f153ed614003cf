/** Which folder may import which: CONTRIBUTING.md, "The direction of imports". */
const only = (from, ...to) => ({
  name: `${from.replace(/[^a-z]/g, '')}-imports`,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: { path: '^src/', pathNot: [`^src/${from}`, ...to.map((each) => `^src/${each}`)] },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    only('errors\\.ts'),
    only('connection\\.ts'),
    only('schema/'),
    only('report/', 'schema/'),
    only('introspect/', 'schema/', 'errors\\.ts', 'connection\\.ts'),
    only('canonical/', 'schema/', 'introspect/'),
    only('server-product\\.ts', 'errors\\.ts'),
    only('driver\\.ts'),
    only('scratch/', 'errors\\.ts', 'connection\\.ts', 'driver\\.ts', 'server-product\\.ts'),
    only(
      'live/',
      'schema/',
      'introspect/',
      'errors\\.ts',
      'connection\\.ts',
      'driver\\.ts',
      'server-product\\.ts',
    ),
    only('migrations/', 'errors\\.ts', 'connection\\.ts', 'driver\\.ts'),
    only('config/', 'schema/', 'errors\\.ts'),
    only('reporters/', 'schema/', 'report/', 'errors\\.ts', 'outcome\\.ts'),
    {
      name: 'use-cases-do-not-print',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '^src/reporters/'] },
      to: { path: ['^src/cli/', '^src/reporters/'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
