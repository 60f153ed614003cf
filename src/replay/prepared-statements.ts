import type { Client } from 'pg';
import { splitParameters, type Connection } from '../introspect/statements.js';

/**
 * A connection on which the same queries are sent again and again: after each migration. A query is prepared the first
 * time, because PostgreSQL needs longer to plan it than to run it. The setting keeps PostgreSQL from planning it again for
 * each list of parameters.
 */
export async function preparing(client: Client): Promise<Connection> {
  await client.query('SET plan_cache_mode = force_generic_plan');
  const names = new Map<string, string>();
  return {
    query: client.query.bind(client),
    prepared: (query) => {
      const { text, types, values } = splitParameters(query);
      const list = (items: readonly string[]) => (items.length > 0 ? ` (${items.join(', ')})` : '');
      const known = names.get(text);
      if (known !== undefined) return `EXECUTE ${known}${list(values)};`;
      const name = `driftmark_${(names.size + 1).toString()}`;
      names.set(text, name);
      return `PREPARE ${name}${list(types)} AS ${text} EXECUTE ${name}${list(values)};`;
    },
  };
}
