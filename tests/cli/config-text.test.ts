import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { renderConfig } from '#src/cli/output/config-text.js';

const config = {
  version: 1,
  settings: [
    { name: 'report', value: 'report.sql.md', from: 'default' },
    {
      name: 'knexfile',
      default: 'the nearest one, from the migrations folder up to the package',
      from: 'default',
    },
    { name: 'url', default: 'DRIFTMARK_URL or the PG* variables', from: 'default' },
    { name: 'extensionVersions', value: false, from: 'driftmark.config.mjs' },
  ],
  targets: [{ name: 'app', dir: '.', migrations: 'migrations', report: 'report.sql.md', settings: [] }],
} as const;

it('keeps a setting and its source on one line in 80 columns, if they fit', () => {
  expect(renderConfig(config, { chalk: new Chalk({ level: 0 }), columns: 80 })).toBe(
    `config   none

  report             report.sql.md                          default
  knexfile           the nearest one, from the migrations
                     folder up to the package  default
  url                DRIFTMARK_URL or the PG* variables     default
  extensionVersions  false                                  driftmark.config.mjs

app   migrations → report.sql.md
`,
  );
});
