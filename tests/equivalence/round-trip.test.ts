import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reprint } from '#src/equivalence/reprint.js';
import { isExpressionChange, withExpressionOf } from '#src/equivalence/expressions.js';
import { ALL_KINDS, type AnyObject, type Kind } from '#src/schema/kinds.js';
import { identityOf, type Schema } from '#src/schema/model.js';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';
import { onDatabase, readAll } from '../support/scratch.js';

/** Every property of a schema with an expression that PostgreSQL printed. */
const textsOf = ({ objects }: Schema) =>
  ALL_KINDS.flatMap((kind) =>
    objects[kind].flatMap((object) =>
      factsOf(object).map(([fact, value]) => ({ kind, object, fact, value })),
    ),
  ).filter(({ kind, object, fact, value }) => isText(kind, object, fact) && hasExpression(fact, value));

const factsOf = (object: AnyObject) => Object.entries(object as unknown as Readonly<Record<string, unknown>>);

const isText = (kind: Kind, object: AnyObject, fact: string) =>
  isExpressionChange({
    type: 'changed',
    kind,
    identity: identityOf(kind, object),
    fact,
    before: object,
    after: object,
    class: 'behaviour',
  });

/** Most keys of indexes are columns, without an expression. */
const hasExpression = (fact: string, value: unknown) =>
  fact !== 'keys' || JSON.stringify(value).includes('"expression"');

describe('expressions that are re-created', () => {
  let servers: TestServer;
  beforeAll(async () => {
    servers = await sharedServer();
  });
  afterAll(() => servers.stop());

  it.each(['corpus', 'drifts'])('are printed the same on the same version: fixtures/%s', async (folder) => {
    const schema = await onDatabase(servers.server, async (client) => {
      await client.query(await readFile(`fixtures/${folder}/base.sql`, 'utf8'));
      return readAll(client);
    });
    const texts = textsOf(schema);
    const kinds = new Set(texts.map(({ kind, fact }) => `${kind}.${fact}`));
    expect(kinds.size).toBeGreaterThan(12);
    const home = schema.namespaces[0] ?? '';
    const again = await onDatabase(servers.server, (client) => reprint(client, { schema, home }, texts));
    texts.forEach(({ kind, object, fact, value }, at) => {
      const found = again[at];
      const name = `${kind} ${identityOf(kind, object).join('.')} ${fact}`;
      expect.soft(found, name).not.toHaveProperty('reason');
      if (found && 'object' in found)
        expect.soft(withExpressionOf(kind, fact, object, found.object), name).toEqual(value);
    });
  });
});
