import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A single change of a base schema, and the SQL that undoes it. */
export interface Drift {
  readonly name: string;
  /** The first major version that supports the statement. */
  readonly since: number;
  readonly change: string;
  /** Empty if the change cannot be undone. */
  readonly undo: string;
  /** Whether the order of columns is different after the change is undone. */
  readonly reorders: boolean;
}

export const DRIFTS = 'fixtures/drifts';
export const CORPUS = 'fixtures/corpus';

/** The npm packages of the server are built without lz4. */
export const NEEDS_LZ4 = '031-column-compression';

/** Changes that the SQL of an older server does not support, and the first version that does. */
const SINCE: Readonly<Record<string, number>> = {
  '061-index-nulls-not-distinct': 15,
  '077-fk-set-null-column-list': 15,
};

/** Changes that drop a column. Undoing them adds the column at the end. */
const REORDERING = new Set(['generated expression']);

/** The blocks of changes.sql: `-- name (since)`, the change, `-- undo`, and the SQL that undoes it. */
export async function ownDrifts(): Promise<readonly Drift[]> {
  const [, ...blocks] = (await readFile(`${DRIFTS}/changes.sql`, 'utf8')).split(/\n\n-- /);
  const drifts = blocks.map((block) => {
    const [, title = '', change = '', undo = ''] = /^(.*)\n([^]*)\n-- undo\n([^]*)$/.exec(block) ?? [];
    const [, name = '', since = '0'] = /^(.*?)(?: \((\d+)\))?$/.exec(title) ?? [];
    return { name, since: Number(since), change, undo, reorders: REORDERING.has(name) };
  });
  const names = drifts.map(({ name }) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`changes.sql has two changes with one name: ${twice.join(', ')}`);
  return drifts;
}

/** The files of the corpus. */
export async function corpusDrifts(): Promise<readonly Drift[]> {
  const sql = (folder: string, name: string) =>
    readFile(path.join(CORPUS, folder, `${name}.sql`), 'utf8').catch(() => '');
  const files = (await readdir(path.join(CORPUS, 'mutations'))).sort();
  return Promise.all(
    files.map(async (file) => {
      const name = path.basename(file, '.sql');
      return {
        name,
        since: SINCE[name] ?? 0,
        change: await sql('mutations', name),
        undo: await sql('undo', name),
        reorders: REORDERING.has(name),
      };
    }),
  );
}

/** The expected lines of some changes: the name of a change, then its lines, which begin with spaces. */
export function linesAbout(text: string, drifts: readonly Drift[]): readonly string[] {
  const names = new Set(drifts.map(({ name }) => name));
  let isMeant = false;
  return text.split('\n').filter((line) => {
    if (!line.startsWith(' ')) isMeant = names.has(line);
    return isMeant;
  });
}
