import { expect, it } from 'vitest';
import { onDatabase } from '../support/scratch.js';
import { sharedServer } from '../support/shared-server.js';

/** Elements of arrays, some of which need quotes or escapes in PostgreSQL's output. */
const ARRAYS = [
  [],
  ['id', 'tenant_id'],
  ['NULL', 'null', 'NULLS'],
  [null, 'a', null],
  ['', ' ', 'a b'],
  ['a,b', '{', '}', '"', '\\', "'"],
  ['é', 'a.b', '[0:1]='],
];

it('reads every array of text as it is', async () => {
  const { server, stop } = await sharedServer();
  try {
    await onDatabase(server, async (client) => {
      for (const list of ARRAYS) {
        const { rows } = await client.query<{ list: unknown }>('SELECT $1::text[] AS list', [list]);
        expect(rows[0]?.list).toEqual(list);
      }
      const { rows } = await client.query(
        `SELECT '{{a,b},{c,d}}'::text[] AS nested, '[0:1]={a,b}'::text[] AS bounds`,
      );
      expect(rows[0]).toEqual({ nested: [['a', 'b'], ['c', 'd']], bounds: ['a', 'b'] }); // prettier-ignore
    });
  } finally {
    await stop();
  }
});
