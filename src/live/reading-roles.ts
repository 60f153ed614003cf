import { rowsOf, statements, type Connection } from '../introspect/statements.js';

/**
 * The role of the session, and the roles whose privileges it inherits. Every operator is qualified: the database may
 * define operators of its own.
 */
export const READING_ROLES = `WITH RECURSIVE membership AS (
    SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER
    UNION SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN membership ON m.member OPERATOR(pg_catalog.=) membership.oid)
  SELECT r.rolname AS name FROM membership JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) membership.oid
  WHERE pg_catalog.pg_has_role(r.oid, 'USAGE') ORDER BY r.rolname;`;

/** The names of the role that reads and of the roles through which it may read. Their privileges serve the reading. */
export async function readReadingRoles(connection: Connection): Promise<readonly string[]> {
  const [answer] = await statements(connection, [READING_ROLES]);
  return rowsOf<{ name: string }>(answer).map(({ name }) => name);
}
