import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import { defineLayout, type Migration } from './layout.js';
import { linesOf, readSource, refusal, sqlMigration, statementByStatement } from './sql-files.js';

const PLAN = '../sqitch.plan';

/**
 * The plan file of sqitch gives the order. A change has a script in `deploy/` and one in `revert/`; scripts open their own
 * transactions. `lib/App/Sqitch/Plan.pm`.
 */
export const sqitch = defineLayout({
  name: 'sqitch',
  title: 'sqitch',
  docs: { files: '`deploy/name.sql`, `revert/name.sql`', remark: 'in the order of `sqitch.plan`' },
  defaultFolders: ['deploy', 'sqitch/deploy', 'db/deploy'],
  usesSubfolders: true,
  detect: async (folder) => {
    const hasScripts = folder.files.some((file) => file.endsWith('.sql')) || folder.folders.length > 0;
    if (!hasScripts || (await folder.text(PLAN)) === undefined) return undefined;
    return { strength: 'certain', file: path.resolve(folder.dir, PLAN), mark: '`sqitch.plan`' };
  },
  read: async (folder) => {
    const scripts = scriptsIn((await folder.text(PLAN)) ?? '');
    return { migrations: await Promise.all(scripts.map((change) => migrationOf(folder, change))) };
  },
});

interface PlannedChange {
  readonly name: string;
  /** The name of its scripts, without the suffix: `name@tag` for a change that was reworked later. */
  readonly script: string;
  /** The UTF-16 index of its line in the plan. */
  readonly at: number;
}

/** The changes of a plan, in order. A change that stands in it again has, before that, the scripts `name@tag`. */
function scriptsIn(plan: string): PlannedChange[] {
  const changes: (PlannedChange & { readonly tag?: string })[] = [];
  for (const { text, start } of linesOf(plan)) {
    const line = text.replace(/#.*$/, '').trim();
    const [, tag] = /^@(\S+)/.exec(line) ?? [];
    if (tag !== undefined) {
      changes.forEach((change, at) => {
        if (change.tag === undefined) changes[at] = { ...change, tag };
      });
      continue;
    }
    const [, name] = /^[+]?([^\s%@[\]-][^\s[\]]*)\s/.exec(`${line} `) ?? [];
    if (name !== undefined) changes.push({ name, script: name, at: start });
  }
  return changes.map((change, at) => ({
    name: change.name,
    at: change.at,
    script: changes.slice(at + 1).some(({ name }) => name === change.name)
      ? `${change.name}@${change.tag ?? ''}`
      : change.script,
  }));
}

async function migrationOf(folder: FolderListing, { name, script, at }: PlannedChange): Promise<Migration> {
  if ((await folder.text(`${script}.sql`)) === undefined)
    throw refusal(
      { file: path.resolve(folder.dir, PLAN), source: (await folder.text(PLAN)) ?? '' },
      `${displayPath(path.join(folder.dir, `${script}.sql`))} does not exist, but the plan has the change ${name}.`,
      'Add the file, or remove the change from the plan.',
      at,
    );
  const revert = `../revert/${script}.sql`;
  const down = (await folder.text(revert)) === undefined ? undefined : await readSource(folder, revert);
  return sqlMigration(
    script,
    statementByStatement(await readSource(folder, `${script}.sql`), { transaction: false }),
    down && statementByStatement(down, { transaction: false }),
  );
}
