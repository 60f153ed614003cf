import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMigrations } from '#src/migrations/migrations.js';
import { driftmarkHere } from '../../support/in-process.js';
import { liveDatabase } from '../../support/live-project.js';
import { startServer, type TestServer } from '../../support/own-server.js';
import { inProject, type Files } from '../project.js';

let test: TestServer;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  test = await startServer();
  env = { DRIFTMARK_SCRATCH_URL: (await liveDatabase(test.server, '')).url() };
});
afterAll(() => test.stop());

const read = (files: Files, placeholders: Readonly<Record<string, string>>) =>
  inProject(files, async (dir) => {
    const folder = await findMigrations(path.join(dir, 'migrations'), { projectDir: dir, placeholders });
    return folder.migrations.flatMap(({ up }) => up?.queries.map(({ text }) => text) ?? []);
  });

const goose = (...lines: readonly string[]): Files => ({
  'migrations/1_a.sql': ['-- +goose Up', ...lines].join('\n'),
});

describe('the setting `placeholders`', () => {
  it('has values for the placeholders of Flyway, and is stronger than its configuration', async () => {
    const files = {
      'flyway.conf': 'flyway.placeholders.schema=other\nflyway.placeholders.owner=ada\n',
      'migrations/V1__a.sql': 'CREATE SCHEMA ${Schema} AUTHORIZATION ${owner};',
    };
    expect(await read(files, { schema: 'app' })).toEqual(['CREATE SCHEMA app AUTHORIZATION ada']);
    await expect(read({ 'migrations/V1__a.sql': '\nSELECT ${a-b};' }, {})).rejects.toMatchObject({
      place: { line: 2, column: 8 },
      remedy: expect.stringContaining("`placeholders: { 'a-b': '…' }`") as string,
    });
  });

  it('has values for the environment variables of goose, between ENVSUB ON and OFF', async () => {
    const files = goose(
      'SELECT $1, ${A};',
      '-- +goose ENVSUB ON',
      "SELECT '$A', '${A}', '${B:-b}', '${C-c}', '${EMPTY:-e}', '${EMPTY-e}';",
      '-- +goose StatementBegin',
      'SELECT $A;',
      '-- +goose ENVSUB OFF',
      'SELECT $A;',
      '-- +goose StatementEnd',
    );
    expect(await read(files, { A: 'x', EMPTY: '' })).toEqual([
      'SELECT $1, ${A};',
      "SELECT 'x', 'x', 'b', 'c', 'e', '';",
      'SELECT x;\nSELECT $A;',
    ]);
    await expect(read(files, {})).rejects.toMatchObject({
      message: expect.stringContaining('the environment variable $A has no value') as string,
      place: { line: 4, column: 9 },
      remedy: "Set `placeholders: { A: '…' }` in the config.",
    });
  });

  it('keeps the place of an error behind a value, and is read from the config', async () => {
    const files = {
      'package.json': '{ "name": "shop" }',
      'driftmark.config.json': JSON.stringify({ placeholders: { TYPE: 'double precision' } }),
      ...goose(
        'CREATE TABLE t (',
        '-- +goose ENVSUB ON',
        '  a ${TYPE}, b nothing',
        '-- +goose ENVSUB OFF',
        ');',
      ),
    };
    await inProject(files, async (cwd) => {
      const { stdout, stderr } = await driftmarkHere(['update'], { cwd, env });
      expect(stdout + stderr).toMatch(/migrations\/1_a\.sql:4:16/);
    });
  });
});
