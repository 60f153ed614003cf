import { atlas } from './atlas.js';
import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { drizzle } from './drizzle.js';
import { flyway } from './flyway/flyway.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { graphileMigrate } from './graphile-migrate.js';
import { hasura } from './hasura.js';
import { knex } from './knex/knex.js';
import { kysely } from './kysely/kysely.js';
import type { Layout } from './layout.js';
import { liquibase } from './liquibase/liquibase.js';
import { nodePgMigrate } from './node-pg-migrate/node-pg-migrate.js';
import { postgrator } from './postgrator.js';
import { prisma } from './prisma.js';
import { sequelize } from './sequelize/sequelize.js';
import { sqitch } from './sqitch.js';
import { sqlMigrate } from './sql-migrate.js';
import { schema } from './schema/schema.js';
import { sql } from './sql.js';
import { sqlx } from './sqlx.js';
import { supabase } from './supabase.js';
import { tern } from './tern.js';
import { typeorm } from './typeorm/typeorm.js';

/**
 * Every layout, in the order in which a folder is offered to them: the more specific ones first, plain SQL and schema files last. The
 * setting
 * `layout`, detection and the docs derive from this list. To add one: a file and a line here, see README.md.
 */
const all = [
  knex,
  kysely,
  sequelize,
  typeorm,
  prisma,
  drizzle,
  flyway,
  supabase,
  liquibase,
  dbmate,
  goose,
  sqlMigrate,
  nodePgMigrate,
  graphileMigrate,
  atlas,
  tern,
  postgrator,
  sqitch,
  hasura,
  diesel,
  golangMigrate,
  sqlx,
  sql,
  schema,
] as const;

/** A value of the setting `layout`. */
export type LayoutName = (typeof all)[number]['name'];
export type KnownLayout = Layout<LayoutName>;

export const LAYOUTS: readonly KnownLayout[] = all;
export const LAYOUT_NAMES = LAYOUTS.map(({ name }) => name);

/** The layout with a known name. */
export function layoutNamed(name: string): KnownLayout {
  const found = LAYOUTS.find((layout) => layout.name === name);
  if (found === undefined) throw new Error(`Unknown layout ${name}.`);
  return found;
}
