/** The way out that always exists, as the end of a sentence. */
export const useServerInstead =
  'name a PostgreSQL server where driftmark may create databases: --scratch-url postgres://user@host/postgres';
