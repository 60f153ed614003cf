import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '#src/util/display-width.js';
import { freePort } from '../support/cluster.js';
import { listener, type Listener } from '../support/listener.js';
import { liveProject, upTo, type LiveProject } from '../support/live-project.js';
import { driftmarkOnPty } from '../support/pty.js';
import { sharedClusters } from '../support/shared-clusters.js';
import { stableOutput } from '../support/stable-output.js';

/**
 * What a check of twenty databases leaves on a terminal, of which some differ, do not answer, refuse the connection or the
 * password. After a change of words: `npx vitest run tests/cli/fleet-screens.test.ts --update`, and read the difference.
 */
describe('a fleet of twenty databases on a terminal', () => {
  let project: LiveProject;
  let silent: Listener | undefined;
  let urls = '';
  const clusters = sharedClusters(18, async ({ make, write }) => {
    const hba = await write('fleet.hba', 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
    const server = await make('fleet', { listen_addresses: `'127.0.0.1'`, hba_file: `'${hba}'` });
    await server.start();
    const run = async (sql: string, database?: string) => {
      const client = await server.connect(database);
      for (const statement of sql.split(';;')) await client.query(statement);
      await client.end();
    };
    await run("CREATE ROLE reader LOGIN PASSWORD 'right';; CREATE DATABASE head;; CREATE DATABASE old");
    await run(await upTo(3), 'head');
    await run(await upTo(2), 'old');
    const createDatabase = (name: string, template = 'head') =>
      run(`CREATE DATABASE "${name}" TEMPLATE ${template}`);
    const inSync = Array.from({ length: 11 }, (_, at) => `shop_${String(at + 1).padStart(2, '0')}`);
    for (const name of inSync) await createDatabase(name);
    for (const name of ['東京支店', '大阪支店']) await createDatabase(name, 'old');
    await createDatabase('shop_by_hand');
    await run('ALTER TABLE orders ADD note text', 'shop_by_hand');
    await createDatabase('shop_temporary');
    await run('CREATE TABLE tmp_fix (id int)', 'shop_temporary');
    silent = await listener(() => undefined);
    const [dead, port] = [await freePort(), server.port];
    const url = (name: string, { password = 'right', at = port } = {}) =>
      `postgres://reader:${password}@127.0.0.1:${at}/${encodeURIComponent(name)}`;
    urls = [
      ...[...inSync, '東京支店', '大阪支店', 'shop_by_hand', 'shop_temporary'].map((name) => url(name)),
      url('shop_silent', { at: silent.port }),
      url('shop_dead', { at: dead }),
      url('shop_secret', { password: 'wrong' }),
      url('shop_other_secret', { password: 'wrong' }),
      url('shop_missing'),
    ].join('\n');
  });
  beforeAll(async () => {
    project = await liveProject();
    await writeFile(path.join(project.dir, 'fleet.txt'), urls);
  });
  afterAll(async () => {
    silent?.close();
    await project.remove();
  });

  it.for([
    { columns: 80, file: '80-columns.txt' },
    { columns: 200, file: '200-columns.txt' },
  ])('in $columns columns', async ({ columns, file }, context) => {
    clusters.skipUnlessThere(context);
    const { code, written, screen } = await driftmarkOnPty(
      ['check', '--urls-from', 'fleet.txt', '--connect-timeout', '2'],
      { cwd: project.dir, columns },
    );
    expect(code).toBe(1);
    expect(written).toMatch(/\d+ of 20 databases done · /);
    expect(written).not.toMatch(/right|wrong/);
    for (const line of screen.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
    await expect(`${stable(screen)}\n`).toMatchFileSnapshot(`fleet/${file}`);
  });
});

/** Each database has a line as soon as its result is known: here in the order of the names. */
function stable(screen: string): string {
  const [lines = '', ...blocks] = stableOutput(screen)
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:00000')
    .split('\n\n');
  const members = lines.split(/\n(?=[✓✗])/).sort();
  return [members.join('\n'), ...blocks].join('\n\n');
}
