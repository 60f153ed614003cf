import { expect, it } from 'vitest';
import { destroyClient } from '#src/postgres/client.js';
import { connect, scratchError } from '#src/scratch/client.js';
import { onDatabase } from '../support/scratch.js';
import { sharedServer } from '../support/shared-server.js';

const failureOf = (query: Promise<unknown>) => query.then(() => undefined).catch((error: unknown) => error);

it('reports what the server said when it ended the connection between two queries', async () => {
  const { server, stop } = await sharedServer();
  try {
    await onDatabase(server, async (admin) => {
      const { host, port, user = '', database = '' } = admin;
      const open = () => connect({ host, port, user, database }, new AbortController().signal);
      const ended = await open();
      const { rows } = await ended.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const isOver = new Promise<void>((resolve) => {
        ended.once('end', resolve);
      });
      await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await isOver;
      for (let attempt = 0; attempt < 2; attempt++) {
        const error = await failureOf(ended.query('SELECT 1'));
        expect(error).toMatchObject({
          message: 'terminating connection due to administrator command',
          code: '57P01',
        });
        expect(scratchError(error)).toMatchObject({
          code: 'scratch-failed',
          message: 'The connection to the scratch server was lost.',
          remedy: expect.stringContaining('log of the server') as string,
        });
      }

      const broken = await open();
      destroyClient(broken);
      for (let attempt = 0; attempt < 2; attempt++) {
        const error = await failureOf(broken.query('SELECT 1'));
        expect(error).toMatchObject({
          message: expect.stringMatching(/^the server closed the connection/) as string,
        });
        expect(scratchError(error)).toMatchObject({ code: 'scratch-failed' });
      }

      const refused = await failureOf(admin.query('SELECT nothing'));
      expect(scratchError(refused)).toBe(refused);
    });
  } finally {
    await stop();
  }
});
