import { readdir } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { withExpressionOf } from '#src/equivalence/expressions.js';
import type { ReadScope } from '#src/introspect/reader.js';
import { READERS } from '#src/introspect/readers.js';
import { KIND_REPORTS } from '#src/report/kinds.js';
import { KINDS, type AnyObject, type Kind } from '#src/schema/kinds.js';

const kinds = Object.keys(KINDS) as Kind[];
const scope: ReadScope = {
  versionNum: 180000,
  namespaces: [],
  excludedRelations: [],
  extensionVersions: false,
};

/** External tables are derived from two readings. */
const read = kinds.filter((kind): kind is Exclude<Kind, 'externalTable'> => kind !== 'externalTable');

describe('the registries of kinds', () => {
  it('have a definition, a reader and report lines for the same kinds', () => {
    expect(Object.keys(READERS).sort()).toEqual([...read].sort());
    expect(Object.keys(KIND_REPORTS).sort()).toEqual([...kinds].sort());
  });

  it('have the files of a kind under the same name in the three folders', async () => {
    const [inSchema, inIntrospect, inReport] = await Promise.all(
      ['schema', 'introspect', 'report'].map(filesByKind),
    );
    expect(inIntrospect).toEqual(inSchema);
    expect(inReport).toEqual(inSchema);
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
    expect(prints.filter((kind) => expressionsOf(kind).length === 0)).toEqual([]);
  });
});

const REGISTRIES: Readonly<Record<string, Readonly<Record<Kind, unknown>>>> = {
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

/** The properties of a kind that `equivalence/` compares by meaning. */
function expressionsOf(kind: Kind): string[] {
  const properties = Object.keys(KINDS[kind].facts);
  return properties.filter((property) => {
    const object = { [property]: [{}] } as unknown as AnyObject;
    return withExpressionOf(kind, property, object, object) !== undefined;
  });
}

/**
 * CONTRIBUTING.md, "Adding a kind of object": a kind that is declared in the model only does not compile, and the
 * compiler names each registry that lacks it.
 */
it('the compiler names every registry that a new kind is missing from', () => {
  const file = path.resolve('src/schema/kinds.ts');
  const text = ts.sys.readFile(file) ?? '';
  const declared = text
    .replace('readonly policy: Policy;', 'readonly policy: Policy;\n  readonly madeUp: Policy;')
    .replace(/^ {2}policy,$/m, '  policy,\n  madeUp: { ...policy, noun: "made-up kind" },');
  expect(errorsWith(file, declared)).toEqual(['src/introspect/readers.ts', 'src/report/kinds.ts']);
});

/** The files that have type errors if a file has another text: of the model, and of what reads and prints it. */
function errorsWith(changedFile: string, text: string): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const folders = ['src/schema', 'src/introspect', 'src/report'];
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    { ...config, include: folders },
    ts.sys,
    process.cwd(),
  );
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (file) => (path.resolve(file) === changedFile ? text : readFile(file));
  const program = ts.createProgram(fileNames, options, host);
  const files = program.getSemanticDiagnostics().map(({ file }) => path.relative('.', file?.fileName ?? ''));
  return [...new Set(files)].sort();
}
