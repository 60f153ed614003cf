import path from 'node:path';
import { DriftmarkError } from '../../../errors.js';
import type { Layout, Migration } from '../layout.js';

/**
 * Folders of plain SQL: `name.up.sql` with `name.down.sql`, or `name.sql`, in order of name by code point.
 */
export const sqlLayout: Layout & { readonly name: 'sql' } = {
  name: 'sql',
  looksLikeMigrations: (_dir, files) =>
    Promise.resolve(files.some((file) => file.endsWith('.up.sql') || /^[Vv]?\d.*\.sql$/.test(file))),
  find: (dir, files) => {
    const sql = files.filter((file) => file.endsWith('.sql'));
    const migrations = pairs(dir, sql);
    return Promise.resolve({ layout: 'sql', dir, migrations, notices: orderNotices(migrations) });
  },
  warmUp: async () => {
    const { warmUp } = await import('./session.js');
    await warmUp();
  },
  openSession: async (setup, observer) => {
    const { openSqlSession } = await import('./session.js');
    return openSqlSession(setup, observer);
  },
};

function pairs(dir: string, files: readonly string[]): Migration[] {
  const ups = new Map<string, string>();
  const downs = new Map<string, string>();
  for (const file of files) {
    const stem = file.replace(/(\.up|\.down)?\.sql$/, '');
    const side = file.endsWith('.down.sql') ? downs : ups;
    const other = side.get(stem);
    if (other !== undefined) throw roundTrip(dir, file, other);
    side.set(stem, file);
  }
  for (const [stem, file] of downs) if (!ups.has(stem)) throw downOnly(dir, stem, file);
  return [...ups]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([stem, up]) => {
      const down = downs.get(stem);
      const file = path.join(dir, up);
      return down === undefined
        ? { name: up, file, hasDown: false }
        : { name: up, file, hasDown: true, downFile: path.join(dir, down) };
    });
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function roundTrip(dir: string, file: string, other: string): DriftmarkError {
  return new DriftmarkError('migrations-invalid', `${file} and ${other} are the same migration`, {
    place: { file: path.join(dir, file) },
    remedy: 'Keep one of them, or rename one.',
  });
}

function downOnly(dir: string, stem: string, file: string): DriftmarkError {
  return new DriftmarkError('migrations-invalid', `${file} has no ${stem}.up.sql that it could undo`, {
    place: { file: path.join(dir, file) },
    remedy: `Add ${stem}.up.sql, or remove the file.`,
  });
}

/** 10 before 9: right by our rule, but hardly what was meant. */
function orderNotices(migrations: readonly Migration[]): string[] {
  const numbers = migrations.map(({ name }) => BigInt(/^[Vv]?(\d+)/.exec(name)?.[1] ?? -1));
  const at = numbers.findIndex((number, i) => number >= 0n && number < (numbers[i - 1] ?? -1n));
  const [before, after] = [migrations[at - 1]?.name, migrations[at]?.name];
  if (before === undefined || after === undefined) return [];
  return [`${before} runs before ${after}, for files run in order of name: pad the numbers with zeros`];
}
