import type { CodeRunner } from '../layout.js';

/**
 * The layouts whose migrations are code, and what runs them. The process for migrations loads one of these modules, and
 * none of the layouts.
 */
const RUNNERS: Readonly<Record<string, () => Promise<CodeRunner>>> = {
  knex: async () => (await import('../knex/session.js')).knexRunner,
  kysely: async () => (await import('../kysely/session.js')).kyselyRunner,
  'node-pg-migrate': async () => (await import('../node-pg-migrate/session.js')).nodePgMigrateRunner,
  sequelize: async () => (await import('../sequelize/session.js')).sequelizeRunner,
  typeorm: async () => (await import('../typeorm/session.js')).typeormRunner,
};

/** Whether the migrations of a layout are code, by the name of the layout. Others only hold SQL. */
export const runsCode = (layout: string): boolean => Object.hasOwn(RUNNERS, layout);

/** Loads what runs the migrations of a layout, by the name of the layout. */
export async function codeRunnerOf(layout: string): Promise<CodeRunner> {
  const load = RUNNERS[layout];
  if (load === undefined) throw new Error(`The layout ${layout} runs no code.`);
  return load();
}
