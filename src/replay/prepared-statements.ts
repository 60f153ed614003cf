import type { Client } from 'pg';
import type { Connection } from '../introspect/statements.js';

/**
 * A connection of which the same is asked again and again: after each migration. Each query is prepared when it first
 * comes, for PostgreSQL needs longer to plan it than to run it.
 */
export function preparing(client: Client): Connection {
  const names = new Map<string, string>();
  return {
    query: client.query.bind(client),
    prepared: (query) => {
      const known = names.get(query);
      if (known !== undefined) return `EXECUTE ${known};`;
      const name = `driftmark_${names.size + 1}`;
      names.set(query, name);
      return `PREPARE ${name} AS ${query} EXECUTE ${name};`;
    },
  };
}
