/** Limits for queries that lock relations: an ALTER TABLE of the application waits no longer than this behind one. */
export const LOCK_LIMITS = `SET LOCAL statement_timeout = '200ms'; SET LOCAL lock_timeout = '100ms';`;
