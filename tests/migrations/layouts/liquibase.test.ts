import { describe, expect, it } from 'vitest';
import { detectMigrations } from '#src/migrations/migrations.js';
import { inProject, type Files } from '../project.js';
import { namesIn, scriptsIn } from './read.js';

const HEADER = '--liquibase formatted sql\n';
const file = (...lines: readonly string[]): Files => ({
  'migrations/a.sql': `${HEADER}${lines.join('\n')}\n`,
});
const MASTER = 'migrations/db.changelog-master';

describe('Liquibase', () => {
  it('splits change sets as their attributes say', async () => {
    expect(
      await scriptsIn(
        file(
          '--changeset "Ada L":1 runInTransaction:false',
          'SELECT 1; SELECT 2;',
          '--changeset ada:2 splitStatements:false',
          'SELECT 1; SELECT 2;',
          '--changeset ada:3 endDelimiter:;;',
          'SELECT 1; SELECT 2;;',
          'SELECT 3;;',
          '--changeset ada:4 endDelimiter:\\nGO',
          'SELECT $$',
          'GO AHEAD',
          '$$',
          'go',
          'SELECT 2',
          '--changeset ada:5',
          "SELECT ';', $$ ; $$;",
        ),
      ),
    ).toEqual([
      [[false, 'SELECT 1', 'SELECT 2']],
      [[true, 'SELECT 1; SELECT 2;']],
      [[true, 'SELECT 1; SELECT 2', 'SELECT 3']],
      [[true, 'SELECT $$\nGO AHEAD\n$$', 'SELECT 2']],
      [[true, "SELECT ';', $$ ; $$"]],
    ]);
  });

  it('reads rollbacks from comments and blocks, and ignores lines', async () => {
    expect(
      await scriptsIn(
        file(
          '--changeset ada:1',
          'SELECT 1;',
          '--rollback SELECT 2;',
          '--rollback SELECT',
          '--rollback 3;',
          '--changeset ada:2',
          '--ignoreLines:1',
          'no SQL',
          '--ignoreLines:start',
          'no SQL',
          '--ignoreLines:end',
          'SELECT 4;',
          '/* liquibase rollback',
          'SELECT 5; */',
          '--changeset ada:3',
          'SELECT 6;',
          '--rollback not required',
        ),
      ),
    ).toEqual([
      [
        [true, 'SELECT 1'],
        [true, 'SELECT 2', 'SELECT\n3'],
      ],
      [
        [true, 'SELECT 4'],
        [true, 'SELECT 5'],
      ],
      [[true, 'SELECT 6']],
    ]);
  });

  it('runs the change sets that are for PostgreSQL, of every context and label', async () => {
    const names = [
      'dbms:postgresql',
      'dbms:h2',
      'dbms:"!h2,!oracle"',
      'context:prod labels:x',
      'ignore:true',
    ];
    expect(
      await namesIn(
        file(...names.flatMap((attributes, at) => [`--changeset a:${at} ${attributes}`, 'SELECT 1;'])),
      ),
    ).toEqual(['a.sql::0::a', 'a.sql::2::a', 'a.sql::3::a']);
  });

  it.each([
    [
      `${MASTER}.xml`,
      `<?xml version="1.0"?><!-- <changeSet> --><databaseChangeLog xmlns="x">
         <include file="b.sql" relativeToChangelogFile="true"/><includeAll path="classpath:more/"/>
       </databaseChangeLog>`,
    ],
    [
      `${MASTER}.yml`,
      'databaseChangeLog:\n- include: { file: migrations/b.sql }\n- includeAll: { path: more }\n',
    ],
    [
      `${MASTER}.json`,
      '{ "databaseChangeLog": [{ "include": { "file": "b.sql", "relativeToChangelogFile": true } }, { "includeAll": { "path": "more" } }] }',
    ],
  ])('takes the order from %s', async (name, text) => {
    const sql = `${HEADER}--changeset a:1\nSELECT 1;\n`;
    const files = {
      [name]: text,
      'migrations/a.sql': sql,
      'migrations/b.sql': sql,
      'src/main/resources/more/2.sql': 'SELECT 2;',
      'src/main/resources/more/1/x.sql': sql,
    };
    expect(await namesIn(files)).toEqual([
      'b.sql::1::a',
      '../src/main/resources/more/1/x.sql::1::a',
      '../src/main/resources/more/2.sql::raw::includeAll',
    ]);
  });

  it('replaces properties, and names the right place in errors', async () => {
    const files = file(
      '--property name:schema value:app',
      '--changeset a:1',
      'CREATE SCHEMA ${schema}; SELECT ${other};',
    );
    expect(await scriptsIn(files)).toEqual([[[true, 'CREATE SCHEMA app', 'SELECT ${other}']]]);
  });

  it.each([
    [
      file('--changeset a:1', '--preconditions onFail:MARK_RAN', 'SELECT 1;'),
      'does not run --preconditions',
      3,
    ],
    [file('--changeset a:1 runWith:psql', 'SELECT 1;'), 'does not support runwith:psql', 2],
    [file('--changeset a:1 failOnError:false', 'SELECT 1;'), 'does not support failonerror:false', 2],
    [file('-changeset a:1', 'SELECT 1;'), 'not a change set that Liquibase accepts', 2],
    [
      file('--changeset a:1', 'SELECT 1;', '--rollback changesetId:2 changesetAuthor:b'),
      'another change set',
      2,
    ],
    [
      { [`${MASTER}.yaml`]: 'databaseChangeLog:\n- changeSet:\n    id: 1\n' },
      'does not run `changeSet` in XML, YAML or JSON',
      2,
    ],
    [
      { [`${MASTER}.xml`]: '<databaseChangeLog>\n<include file="none.sql"/></databaseChangeLog>' },
      'none.sql does not exist',
      2,
    ],
  ])('refuses what only Liquibase can run: %#', async (files, message, line) => {
    await expect(namesIn(files)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      place: { line },
    });
  });

  it('is detected by its marks or by the name of its root changelog', async () => {
    const layoutOf = (files: Files) =>
      inProject(files, async (dir) => (await detectMigrations(`${dir}/migrations`, dir))?.layout.name);
    expect(await layoutOf(file('--changeset a:1', 'SELECT 1;'))).toBe('liquibase');
    expect(await layoutOf({ [`${MASTER}.xml`]: '<databaseChangeLog/>' })).toBe('liquibase');
  });
});
