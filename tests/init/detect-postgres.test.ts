import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderPostgres } from '#src/cli/output/init-text.js';
import { detectPostgres } from '#src/init/detect-postgres.js';
import { NEWEST_MAJOR } from '#src/postgres/server-product.js';
import { inFolder } from '../support/folders.js';
import { writeFiles, type Files } from '../support/repository.js';

/** What `init` says about the PostgreSQL version in a project of these files. */
const said = async (files: Files, config: Partial<Parameters<typeof renderPostgres>[1]> = {}) =>
  inFolder(async (dir) => {
    await writeFiles(dir, files);
    const { used, unclear } = await detectPostgres([dir]);
    return renderPostgres(
      { postgres: used, unclearPostgres: unclear },
      { engine: { engine: 'embedded' }, ...config },
    ).trimEnd();
  });

const CI = '.github/workflows/ci.yml';
const MATRIX = { [CI]: 'image: postgres:16\nimage: postgres:15\n' };

describe('init, about the PostgreSQL version,', () => {
  it.each([
    {
      of: 'a matrix of versions',
      files: MATRIX,
      is: `The project names PostgreSQL 15 and 16 (${CI}): driftmark uses the bundled PostgreSQL 18, unless you set \`postgresVersion\` in the config.`,
    },
    {
      of: 'a version that is too old',
      files: { 'compose.yml': 'image: postgres:9.6\n' },
      is: 'The project names PostgreSQL 9.6 (compose.yml), which driftmark does not support: driftmark uses the bundled PostgreSQL 18.',
    },
    {
      of: 'a version that is too new',
      files: { '.tool-versions': 'postgres 99.1\n' },
      is: 'The project names PostgreSQL 99 (.tool-versions), which driftmark does not support: driftmark uses the bundled PostgreSQL 18.',
    },
    {
      of: 'several versions in one place, and one of them in another place',
      files: {
        'compose.a.yml': 'image: postgres:15',
        'compose.b.yml': 'image: postgres:16',
        [CI]: 'image: postgres:16',
      },
      is: `The project names PostgreSQL 15 and 16 (compose.a.yml, compose.b.yml): driftmark uses PostgreSQL 16, as in ${CI}.`,
    },
  ])('names the version that it uses for $of', async ({ files, is }) => {
    expect(await said(files)).toBe(is);
  });

  it.each([
    { of: 'one version', files: { 'compose.yml': 'image: postgres:16' } },
    { of: 'no version', files: { 'compose.yml': 'image: postgres:latest' } },
    { of: 'the version of an extension', files: { 'compose.yml': 'image: timescale/timescaledb:14.2-pg16' } },
    { of: "the version of the project's own image", files: { 'compose.yml': 'image: acme/postgres:3' } },
  ])('prints no sentence for $of', async ({ files }) => {
    expect(await said(files)).toBe('');
  });

  it('prints no sentence for a project that has a config', async () => {
    expect(await said(MATRIX, { file: '/driftmark.config.mjs' })).toBe('');
  });

  it('names the server that the user chose', async () => {
    expect(await said(MATRIX, { engine: { engine: 'server' } })).toMatch(
      /: driftmark uses the version of the scratch server, unless/,
    );
    expect(await said(MATRIX, { engine: { engine: 'embedded', postgresBin: '/pg/bin' } })).toMatch(
      /: driftmark uses the version in \/pg\/bin, unless/,
    );
  });

  it('knows the version of the bundled server', async () => {
    const { optionalDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    const majors = Object.values(optionalDependencies).map((version) => Number.parseInt(version));
    expect([...new Set(majors)]).toEqual([NEWEST_MAJOR]);
  });
});

it.each([
  'timescale/timescaledb:14.2-pg16',
  'pgvector/pgvector:0.8.0-pg16',
  'timescale/timescaledb-ha:pg16.2-ts2.14',
])('finds PostgreSQL 16 in the image %s', async (image) => {
  await inFolder(async (dir) => {
    await writeFiles(dir, { 'compose.yml': `image: ${image}\n` });
    expect(await detectPostgres([dir])).toEqual({
      used: { major: 16, file: 'compose.yml' },
      unclear: undefined,
    });
  });
});
