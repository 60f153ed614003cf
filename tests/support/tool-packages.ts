import { runsAll } from './selection.js';

/** The packages of migration tools that tests install, in exact versions. */
const TOOL_PACKAGES = {
  kysely: ['kysely@0.28.8', 'pg@8.16.3'],
  sequelize: ['sequelize@6.37.7', 'pg@8.16.3', 'pg-hstore@2.3.4'],
  typeorm: ['typeorm@0.3.27', 'pg@8.16.3'],
  'node-pg-migrate.js': ['node-pg-migrate@8.0.3', 'pg@8.16.3'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The packages that a project in `fixtures/layouts` needs; none if its migrations are SQL. */
export const packagesOf = (fixture: string): readonly string[] =>
  (TOOL_PACKAGES as Readonly<Record<string, readonly string[] | undefined>>)[fixture] ?? [];

/** Whether this run has what a fixture needs: packages are installed with all tests only. */
export const isInstalled = (fixture: string): boolean => runsAll || packagesOf(fixture).length === 0;

/** Other versions with which the same projects must work. */
export const OTHER_VERSIONS: readonly { readonly fixture: string; readonly packages: readonly string[] }[] = [
  { fixture: 'kysely', packages: ['kysely@0.26.3'] },
  { fixture: 'kysely', packages: ['kysely@0.29.9'] },
  { fixture: 'sequelize', packages: ['sequelize@5.22.5', 'pg@8.16.3', 'pg-hstore@2.3.4'] },
  { fixture: 'typeorm', packages: ['typeorm@0.2.45', 'pg@8.16.3'] },
  { fixture: 'typeorm', packages: ['typeorm@1.1.1', 'pg@8.16.3'] },
  { fixture: 'node-pg-migrate.js', packages: ['node-pg-migrate@5.10.0', 'pg@8.16.3'] },
  { fixture: 'node-pg-migrate.js', packages: ['node-pg-migrate@6.2.2', 'pg@8.16.3'] },
  { fixture: 'node-pg-migrate.js', packages: ['node-pg-migrate@7.9.1', 'pg@8.16.3'] },
  { fixture: 'node-pg-migrate.js', packages: ['node-pg-migrate@9.0.0', 'pg@8.16.3'] },
];
