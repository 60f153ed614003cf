import { knexLayout } from './knex/knex.js';
import type { Layout, LayoutName } from './layout.js';
import { sqlLayout } from './sql/sql.js';

/**
 * Every layout, in the order in which a folder is tried. To add one: its name in `LayoutName`, a file that
 * exports a `Layout` (names and order of the migrations) with a session (how one is run), and a line here.
 */
export const layouts: { readonly [Name in LayoutName]: Layout & { readonly name: Name } } = {
  knex: knexLayout,
  sql: sqlLayout,
};
