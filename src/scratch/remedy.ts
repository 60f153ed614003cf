/** The remedy that always works, as the end of a sentence. */
export const useServerInstead =
  'use a PostgreSQL server on which driftmark may create databases: --scratch-url postgres://user@host/postgres';
