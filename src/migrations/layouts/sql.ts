import path from 'node:path';
import type { DriftmarkError } from '../../errors.js';
import { displayPath } from '../errors/source-location.js';
import { byCodePoint, type FolderListing } from '../folder-listing.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import {
  compareVersions,
  loneDown,
  readSource,
  refusal,
  sqlMigration,
  statementsWithData,
  type SqlSource,
} from './sql-files.js';

/** First lines by which a file opts out of a transaction: driftmark's own, and those of runners that have no layout here. */
const NO_TRANSACTION =
  /^\s*--\s*(driftmark:\s*no-transaction|no-transaction|postgres-migrations disable-transaction)\b/;

/** Plain SQL files: `name.up.sql` with `name.down.sql`, or `name.sql`. Also what no other layout recognises. */
export const sql = defineLayout({
  name: 'sql',
  title: 'plain SQL',
  docs: {
    files: '`001_name.sql`, `name.up.sql`, `name.down.sql`',
    remark: 'in the order of the numbers, or of the names',
  },
  defaultFolders: ['migrations'],
  transactionRemedy:
    'Put the statement in a file of its own, or begin the file with the line `-- driftmark: no-transaction`.',
  detect: ({ dir, files }) => {
    const likely = files.find(isLikely);
    const first = likely ?? files.find(isSql);
    if (first === undefined) return undefined;
    return {
      strength: likely === undefined ? 'possible' : 'likely',
      file: path.join(dir, first),
      mark: `\`${first}\``,
    };
  },
  read: async (folder) => {
    const { pairs, lone } = pairsIn(folder);
    const { ordered, notices } = inOrder(pairs);
    const migrations = await Promise.all(ordered.map((pair) => migrationOf(folder, pair)));
    return {
      migrations,
      notices: [
        ...notices,
        ...lone.flatMap((file) => loneDown(folder, file)),
        ...(await subfolderNotices(folder)),
      ],
    };
  },
});

/** Some tools of Windows write names in capitals. */
const isSql = (file: string): boolean => /\.sql$/i.test(file);

/** A folder with such a file has migrations, whatever its other files are. */
const isLikely = (file: string): boolean => /\.up\.sql$|^v?\d.*\.sql$/i.test(file);

/** Folders of down migrations need no mention, nor those that are targets of their own. */
async function subfolderNotices(folder: FolderListing): Promise<readonly string[]> {
  const names = folder.folders.filter((name) => !new RegExp(`(${SIDES.down})`, 'i').test(name));
  const listings = await Promise.all(names.map((name) => folder.folder(name)));
  return listings
    .filter(({ files }) => files.some(isSql) && !files.some(isLikely))
    .map(({ dir }) => `The SQL files in ${displayPath(dir)} are not run: plain SQL is read from one folder.`);
}

async function migrationOf(folder: FolderListing, { up, down }: Pair): Promise<Migration> {
  const upScript = scriptOf(await readSource(folder, up));
  const downScript = down === undefined ? undefined : scriptOf(await readSource(folder, down));
  return sqlMigration(up, upScript, downScript);
}

/** A transaction around several statements, none around a single one: `CREATE INDEX CONCURRENTLY` refuses to run in one. */
function scriptOf(part: SqlSource): SqlScript {
  const { file, source } = part;
  const queries = statementsWithData(part);
  return { file, source, transaction: queries.length > 1 && !NO_TRANSACTION.test(source), queries };
}

interface Pair {
  readonly up: string;
  readonly down?: string;
}

interface SidedFile {
  readonly file: string;
  readonly stem: string;
  readonly side: 'up' | 'down';
}

/** Pairs files by name, or by number if their names differ. `lone` are down files without an up file. */
function pairsIn(folder: FolderListing): {
  readonly pairs: readonly Pair[];
  readonly lone: readonly string[];
} {
  const sided = sidesOf(folder.files.filter(isSql));
  const ups = new Map<string, string>();
  const downs = new Map<string, string>();
  for (const { file, stem, side } of sided) {
    const files = side === 'up' ? ups : downs;
    const other = files.get(stem);
    if (other !== undefined) throw sameMigration(folder, file, other);
    files.set(stem, file);
  }
  const lone = [...downs].filter(([stem]) => !ups.has(stem)).map(([, file]) => file);
  const withoutDown = [...ups].filter(([stem]) => !downs.has(stem)).map(([, file]) => file);
  const byNumber = new Map(
    lone.flatMap((down) => {
      const same = withoutDown.filter((up) => numberOf(up) !== undefined && numberOf(up) === numberOf(down));
      const rivals = lone.filter((other) => numberOf(other) === numberOf(down));
      return same.length === 1 && rivals.length === 1 && same[0] !== undefined ? [[same[0], down]] : [];
    }),
  );
  const pairs = [...ups].map(([stem, up]): Pair => {
    const down = downs.get(stem) ?? byNumber.get(up);
    return down === undefined ? { up } : { up, down };
  });
  return { pairs, lone: lone.filter((file) => ![...byNumber.values()].includes(file)) };
}

/** What the names of files end with, after a dot, a dash or an underscore. */
const SIDES = {
  up: 'up|do|apply|deploy',
  down: 'down|undo|rollback|revert',
} as const;

/**
 * `x.up.sql`, `x.down.sql`, `x.rollback.sql` are always sides. `x_up.sql`, `x-undo.sql` are sides if the folder has at least
 * one such pair, or if another file has the same number, because `4_scale_up.sql` is an ordinary name.
 */
function sidesOf(files: readonly string[]): SidedFile[] {
  const sideIn = (file: string, separators: string): SidedFile | undefined => {
    for (const side of ['up', 'down'] as const) {
      const [, stem] = new RegExp(`^(.*)[${separators}](${SIDES[side]})\\.sql$`, 'i').exec(file) ?? [];
      if (stem !== undefined) return { file, stem, side };
    }
    return undefined;
  };
  const dashed = files.flatMap((file) => sideIn(file, '_-') ?? []);
  const hasPairs = dashed.some(
    ({ side, stem }) =>
      side === 'down' &&
      (files.includes(`${stem}.sql`) || dashed.some((other) => other.side === 'up' && other.stem === stem)),
  );
  const numbers = files.filter((file) => sideIn(file, '._-') === undefined).map(numberOf);
  const isDown = ({ side, file }: SidedFile) =>
    side === 'down' && numberOf(file) !== undefined && numbers.includes(numberOf(file));
  return files.map((file): SidedFile => {
    const found = sideIn(file, '_-');
    return (
      sideIn(file, '.') ??
      (found && (hasPairs || isDown(found)) ? found : undefined) ?? {
        file,
        stem: file.replace(/\.sql$/i, ''),
        side: 'up',
      }
    );
  });
}

/** The digits that a name begins with, without leading zeros. */
function numberOf(name: string): string | undefined {
  return /^[Vv]?0*(\d+)/.exec(name)?.[1];
}

/** The numbers of a version such as `1_10` or `20240101`, as they are compared. */
function versionOf(name: string): readonly bigint[] {
  const [, version = ''] =
    /^[Vv]?(\d+(?:[._]\d+)*)(?![\p{L}\d])/u.exec(name) ?? /^[Vv]?(\d+)/.exec(name) ?? [];
  return version.split(/[._]/).filter(Boolean).map(BigInt);
}

/** By number if every file has one, else by name. */
function inOrder(pairs: readonly Pair[]): { readonly ordered: readonly Pair[]; readonly notices: string[] } {
  const byName = pairs.toSorted((a, b) => byCodePoint(a.up, b.up));
  if (!pairs.every(({ up }) => numberOf(up) !== undefined))
    return { ordered: byName, notices: namesNotice(byName) };
  const ordered = byName.toSorted((a, b) => compareVersions(versionOf(a.up), versionOf(b.up)));
  const at = ordered.findIndex(({ up }, index) => up !== byName[index]?.up);
  const [first, second] = [ordered[at]?.up, byName[at]?.up];
  if (first === undefined || second === undefined) return { ordered, notices: [] };
  return {
    ordered,
    notices: [`${first} runs before ${second}: migrations run in order of number, not of name.`],
  };
}

/** 10 before 9, because a file without a number keeps the order of names. */
function namesNotice(byName: readonly Pair[]): string[] {
  const numbers = byName.map(({ up }) => BigInt(numberOf(up) ?? -1));
  const at = numbers.findIndex((number, i) => number >= 0n && number < (numbers[i - 1] ?? -1n));
  const [before, after] = [byName[at - 1]?.up, byName[at]?.up];
  if (before === undefined || after === undefined) return [];
  const unnumbered = byName.find(({ up }) => numberOf(up) === undefined)?.up ?? '';
  return [
    `${before} runs before ${after}: migrations run in order of name, because ${unnumbered} has no number.`,
  ];
}

function sameMigration({ dir }: FolderListing, file: string, other: string): DriftmarkError {
  return refusal(
    { file: path.join(dir, file) },
    `${file} and ${other} are the same migration.`,
    'Remove or rename one of them.',
  );
}
