import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { inOnePiece } from '../postgres/client.js';
import { splitParameters, type Connection } from '../introspect/statements.js';

/**
 * A connection on which the same queries are sent again and again: after each migration. A query is prepared the first
 * time, because PostgreSQL needs longer to plan it than to run it. It is prepared in the protocol and not by `PREPARE`: a
 * query that sets its own search path would be planned again after each `EXECUTE`. The setting keeps PostgreSQL from
 * planning it for each list of parameters.
 * @param client that pipelines its queries.
 */
export async function preparing(client: Client): Promise<Connection> {
  await client.query('SET plan_cache_mode = force_generic_plan');
  const names = new Map<string, string>();
  return {
    query: client.query.bind(client),
    inOnePiece: (send) => inOnePiece(client, send),
    prepared: (query) => {
      const { text, values } = splitParameters(query);
      const name = names.get(text) ?? `driftmark_${createHash('sha1').update(text).digest('hex')}`;
      names.set(text, name);
      return client.query({ name, text, values: [...values] });
    },
  };
}
