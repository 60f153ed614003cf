import { expect, it } from 'vitest';
import { sharedServer } from '../support/shared-server.js';
import { onDatabase, readAll } from '../support/scratch.js';

it('names what is not modelled in a schema whose name needs quotes', async () => {
  const { server, stop } = await sharedServer();
  try {
    await onDatabase(server, async (client) => {
      await client.query(`CREATE EXTENSION citext; CREATE SCHEMA "Odd one";
        CREATE FUNCTION "Odd one".f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        ALTER FUNCTION "Odd one".f() DEPENDS ON EXTENSION citext`);
      const { objects } = await readAll(client);
      expect(objects.uncovered).toMatchObject([
        { type: 'dependency on an extension', identity: 'function "Odd one".f() on citext' },
      ]);
    });
  } finally {
    await stop();
  }
});
