import { execFile } from 'node:child_process';
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { definitions } from '#src/introspect/kinds/unmodelled.js';
import type { ReadScope } from '#src/introspect/reader.js';
import { READERS } from '#src/introspect/readers.js';
import { KIND_REPORTS } from '#src/report/kinds.js';
import { KINDS, type Kind } from '#src/schema/kinds.js';
import { inFolder } from '../support/folders.js';

type ReadKind = Exclude<Kind, 'externalTable' | 'externalObject'>;

const kinds = Object.keys(KINDS) as Kind[];
const scope: ReadScope = {
  versionNum: 180000,
  namespaces: [],
  excludedRelations: [],
  extensionVersions: false,
};

/** What is external does not have a reader: it is derived from two readings. */
const DERIVED = { externalTable: 'external-table', externalObject: 'external-object' };
const read: readonly ReadKind[] = kinds.filter((kind): kind is ReadKind => !(kind in DERIVED));

describe('the registries of kinds', () => {
  it('have a definition, a reader and report lines for the same kinds', () => {
    expect(Object.keys(READERS).sort()).toEqual([...read].sort());
    expect(Object.keys(KIND_REPORTS).sort()).toEqual([...kinds].sort());
  });

  it('have the files of a kind under the same name in the three folders', async () => {
    const [inSchema, inIntrospect, inReport] = await Promise.all(
      ['schema', 'introspect', 'report'].map(filesByKind),
    );
    expect(inReport).toEqual(inSchema);
    expect({ ...DERIVED, ...inIntrospect }).toEqual(inSchema);
    expect(Object.keys(inSchema ?? {}).sort()).toEqual([...kinds].sort());
  });

  it('name only kinds as parents', () => {
    const parents = Object.values(KINDS).flatMap(
      ({ parents = [] }: { parents?: readonly string[] }) => parents,
    );
    expect(parents.filter((parent) => !(parent in KINDS))).toEqual([]);
  });

  it('list the expressions of each kind whose reader lets PostgreSQL print one', () => {
    const prints = read.filter((kind) => {
      const { sql, deparsed = '' } = READERS[kind];
      return /pg_get_(expr|viewdef|ruledef|function_sqlbody|partkeydef)\((?!c\.relpartbound)/.test(
        sql(scope) + deparsed,
      );
    });
    expect(prints).toContain('policy');
    expect(prints.filter((kind) => KINDS[kind].expressions === undefined)).toEqual([]);
  });

  it.each(read)('let the reader of %s read each of its catalogs', (kind) => {
    const { sql, deparsed = '' } = READERS[kind];
    const query = [140000, 180000].map((versionNum) => sql({ ...scope, versionNum })).join() + deparsed;
    const isRead = (catalog: string) =>
      new RegExp(`\\b(${catalog}|${READ_THROUGH[catalog] ?? catalog})\\b`).test(query);
    expect(KINDS[kind].catalogs.filter((catalog) => !isRead(catalog))).toEqual([]);
  });

  it('hash unmodelled objects only in catalogs that no other kind models, except base types', () => {
    const hashed = definitions(scope).map(({ catalog }) => catalog);
    expect(hashed.filter((catalog) => !KINDS.uncovered.catalogs.includes(catalog))).toEqual([]);
    const modelled = kinds.filter((kind) => kind !== 'uncovered').flatMap((kind) => KINDS[kind].catalogs);
    expect(hashed.filter((catalog) => modelled.includes(catalog))).toEqual(['pg_type']);
  });
});

/** Catalogs that are read through a function or a view. */
const READ_THROUGH: Readonly<Record<string, string>> = {
  pg_partitioned_table: 'pg_get_partkeydef',
  pg_rewrite: 'pg_get_viewdef',
  pg_user_mapping: 'pg_user_mappings',
};

const REGISTRIES: Readonly<Record<string, Readonly<Partial<Record<Kind, unknown>>>>> = {
  schema: KINDS,
  introspect: READERS,
  report: KIND_REPORTS,
};

/** The file of each kind in a folder of `src/`. A file without a kind fails. */
async function filesByKind(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = (await readdir(`src/${folder}/kinds`)).map((file) => path.basename(file, '.ts'));
  const found = await Promise.all(
    files.map(async (file) => {
      const exported = Object.values((await import(`#src/${folder}/kinds/${file}.js`)) as object);
      const own = kinds.filter((kind) => exported.includes(REGISTRIES[folder]?.[kind]));
      return own.length === 0
        ? [[`no kind in ${folder}/kinds/${file}.ts`, file]]
        : own.map((kind) => [kind, file]);
    }),
  );
  return Object.fromEntries(found.flat()) as Record<string, string>;
}

/**
 * CONTRIBUTING.md, "Adding a kind of object": a kind that is declared in the model only does not compile, and the
 * compiler names each registry that lacks it.
 */
it('the compiler names every registry that a new kind is missing from', async () => {
  const edited = {
    'src/schema/kinds.ts': (text: string) =>
      text
        .replace('readonly policy: Policy;', 'readonly policy: Policy;\n  readonly madeUp: Policy;')
        .replace(/^ {2}policy,$/m, '  policy,\n  madeUp: { ...policy, catalogs: ["pg_made_up"] },'),
    'src/schema/definition.ts': (text: string) =>
      text.replace("  | 'pg_namespace'", "  | 'pg_made_up'\n  | 'pg_namespace'"),
  };
  expect(await errorsWith(edited)).toEqual([
    'src/introspect/readers.ts',
    'src/live/fingerprint.ts',
    'src/report/kinds.ts',
  ]);
});

/** The files with type errors after edits of other files. */
function errorsWith(edits: Readonly<Record<string, (text: string) => string>>): Promise<string[]> {
  return inFolder(async (dir) => {
    await cp('src', path.join(dir, 'src'), { recursive: true });
    for (const [file, edit] of Object.entries(edits))
      await writeFile(path.join(dir, file), edit(await readFile(file, 'utf8')));
    await cp('package.json', path.join(dir, 'package.json'));
    await symlink(path.resolve('node_modules'), path.join(dir, 'node_modules'));
    const settings = JSON.parse(await readFile('tsconfig.json', 'utf8')) as object;
    await writeFile(path.join(dir, 'tsconfig.json'), JSON.stringify({ ...settings, include: ['src'] }));
    const { stdout } = await promisify(execFile)(
      path.resolve('node_modules/.bin/tsc'),
      ['--pretty', 'false'],
      {
        cwd: dir,
      },
    ).catch((error: unknown) => error as { readonly stdout: string });
    const files = [...stdout.matchAll(/^(src\S+)\(\d+,\d+\): error /gm)].map(([, file = '']) => file);
    return [...new Set(files)].sort();
  });
}
