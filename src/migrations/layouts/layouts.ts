import { dbmate } from './dbmate.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { knex } from './knex/knex.js';
import type { Layout } from './layout.js';
import { sql } from './sql.js';

/**
 * Every layout, in the order in which a folder is offered to them: the more particular first, plain SQL last. The setting
 * `layout`, detection and the docs derive from this list. To add one: a file and a line here, see README.md.
 */
const all = [knex, dbmate, goose, golangMigrate, sql] as const;

/** A value of the setting `layout`. */
export type LayoutName = (typeof all)[number]['name'];
export type KnownLayout = Layout<LayoutName>;

export const LAYOUTS: readonly KnownLayout[] = all;
export const LAYOUT_NAMES = LAYOUTS.map(({ name }) => name);

/** The layout with a name that is known to be one. */
export function layoutNamed(name: string): KnownLayout {
  const found = LAYOUTS.find((layout) => layout.name === name);
  if (found === undefined) throw new Error(`There is no layout ${name}.`);
  return found;
}
