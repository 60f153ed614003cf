import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runsCode } from '#src/migrations/layouts/code/runners.js';
import { LAYOUTS } from '#src/migrations/layouts/layouts.js';
import { readMigrations } from '#src/migrations/migrations.js';
import type { Built } from '#src/replay/replay.js';
import { inFolder } from '../../support/folders.js';
import { startServer, type TestServer } from '../../support/own-server.js';
import { runsAll } from '../../support/selection.js';
import { buildProject, detectIn, FIXTURES } from '../build-fixture.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

/** Layouts of SQL files whose migrations are in a folder. */
const NAMES = LAYOUTS.filter(({ name, isOnlyNamed }) => !runsCode(name) && isOnlyNamed === undefined).map(
  ({ name }) => name,
);

/** A copy of the fixture of a layout, in which each SQL file is changed. */
const inCopy = <T>(
  name: string,
  change: (sql: string) => string | Buffer,
  use: (dir: string) => Promise<T>,
) =>
  inFolder(
    async (dir) => {
      for (const file of await readdir(dir, { recursive: true }))
        if (file.endsWith('.sql')) {
          const place = path.join(dir, file);
          await writeFile(place, change(await readFile(place, 'utf8')));
        }
      return use(dir);
    },
    path.join(FIXTURES, name),
  );

/** As an editor on Windows saves it. */
const windows = (sql: string) => `\ufeff${sql.trimEnd().replaceAll(/\r?\n/g, '\r\n')}`;

/** Layouts whose tools divide a file each in their own way. The default run covers them. */
const SPLITS: ReadonlySet<string> = new Set([
  'dbmate',
  'drizzle',
  'flyway',
  'goose',
  'liquibase',
  'node-pg-migrate',
  'sql-migrate',
  'tern',
]);

let made: Promise<Built> | undefined;
/** What every fixture creates. */
const expected = () => (made ??= buildProject(path.join(FIXTURES, 'sql'), test.server));

describe.each(NAMES)('SQL files of the layout %s', (name) => {
  it.runIf(runsAll || SPLITS.has(name))(
    'may have a byte order mark, CRLF line ends and no line end at the end',
    async () => {
      const { schema } = await expected();
      const built = await inCopy(name, windows, (dir) => buildProject(dir, test.server));
      const text = (value: unknown) => JSON.stringify(value).replaceAll('\\r', '');
      expect(text(built.schema)).toBe(text(schema));
    },
  );

  it.each([
    ['a NUL character', (sql: string) => `${sql}SELECT '\0';\n`, 'contains a NUL character'],
    ['another encoding', (sql: string) => Buffer.from(`${sql}-- é\n`, 'latin1'), 'is not UTF-8 text'],
  ])('with %s are refused', async (_what, change, message) => {
    const reading = inCopy(name, change, async (dir) => readMigrations((await detectIn(dir)).detected));
    await expect(reading).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      place: { file: expect.stringMatching(/\.sql$/) as string, line: expect.any(Number) as number },
    });
  });
});
