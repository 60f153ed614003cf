import { closeReading, openReading, readNamespaces } from '../introspect/introspect.js';
import { searchPathOf } from '../introspect/search-path.js';
import { transactionTimeout } from '../introspect/settings.js';
import type { Client } from 'pg';
import type { AnyObject, Kind } from '../schema/kinds.js';
import { identityOf, type Schema } from '../schema/model.js';
import { create, type Failure } from './create.js';
import { neededFor } from './dependencies.js';
import { probeFor, type Probe } from './probes.js';
import { keyOf, scaffold } from './scaffold.js';
import type { Statement } from './ddl.js';

/** An object whose expressions are to be printed again. */
export interface ReprintRequest {
  readonly kind: Kind;
  readonly object: AnyObject;
}

/** The object as the server prints it, or why it could not be created. */
export type Reprinted = { readonly object: AnyObject } | { readonly reason: string };

/**
 * Re-creates objects of a schema in an empty database, in a transaction that is rolled back, and reads them, so that
 * their expressions are printed by this server.
 * @param home The schema whose objects the expressions name without their schema.
 * @returns the results in the order of the requests.
 */
export async function reprint(
  connection: Client,
  { schema, home }: { readonly schema: Schema; readonly home: string },
  wanted: readonly ReprintRequest[],
): Promise<readonly Reprinted[]> {
  const probes = wanted.map(({ kind, object }, at) => ({ kind, object, ...probeFor(kind, object, at) }));
  try {
    await connection.query('BEGIN');
    const versionNum = await versionOf(connection);
    await connection.query(
      `SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = error;
       SET LOCAL search_path = ${searchPathOf(home)}; ${transactionTimeout(versionNum)}`,
    );
    const objects = wanted.map(({ object }) => object);
    const failures = await create(connection, [
      ...scaffold(neededFor(schema, objects)),
      ...statementsOf(probes),
    ]);
    const reasons = new Map(failures.map(({ statement, reason }) => [statement.of, reason]));
    const opened = await openReading(connection, { historyTables: [] }, '');
    const chosen = opened.namespaces.filter(({ name }) => schema.namespaces.includes(name));
    const make = await readNamespaces(connection, opened, chosen, { historyTables: [], home });
    const read = make();
    return probes.map(({ kind, object, identity }) => {
      const key = JSON.stringify(identity);
      const found = read.objects[kind].find((each) => JSON.stringify(identityOf(kind, each)) === key);
      const reason = reasons.get(keyOf(kind, object));
      return found && reason === undefined ? { object: found } : { reason: because(reason, failures) };
    });
  } finally {
    await closeReading(connection);
  }
}

/** An expression may fail because another statement did: a column because of its type. */
function because(reason = 'it was not created', failures: readonly Failure[]): string {
  const deeper = failures.find(({ statement }) => statement.of === undefined)?.reason;
  return deeper === undefined ? reason : `${reason}; earlier: ${deeper}`;
}

/** One statement per object, for any number of its properties. */
function statementsOf(probes: readonly (ReprintRequest & Probe)[]): readonly Statement[] {
  const statements = probes.flatMap(({ kind, object, sql }) =>
    sql === undefined ? [] : [[keyOf(kind, object), sql] as const],
  );
  return [...new Map(statements)].map(([of, sql]) => ({ sql, of }));
}

async function versionOf(connection: Client): Promise<number> {
  const answer = await connection.query<{ server_version_num: string }>('SHOW server_version_num');
  return Number(answer.rows[0]?.server_version_num);
}
