import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import { renamedHistory } from './configured-history.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import { readScript } from './schema/script.js';
import { linesOf, readSource, refusal, sqlMigration, type SqlSource } from './sql-files.js';

const PLAN = '../sqitch.plan';

/**
 * The plan file of sqitch gives the order. A change has a script in `deploy/` and one in `revert/`; psql runs
 * them, and they open their own transactions. `lib/App/Sqitch/Plan.pm`.
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
  read: async (folder, { placeholders = {} }) => {
    const scripts = scriptsIn((await folder.text(PLAN)) ?? '');
    const config = (await folder.above('sqitch.conf'))?.text ?? '';
    const [, registry = 'sqitch'] = /^\s*registry\s*=\s*(\S+)/m.exec(config) ?? [];
    const variables = new Map([
      ['registry', registry],
      ...variablesIn(config),
      ...Object.entries(placeholders),
    ]);
    return {
      migrations: await Promise.all(scripts.map((change) => migrationOf(folder, change, variables))),
      ...(registry !== 'sqitch' && {
        historyTables: renamedHistory('sqitch', `${registry}.changes`),
      }),
    };
  },
});

/** The variables that sqitch passes to psql, from the sections of its configuration for them. */
function variablesIn(config: string): readonly (readonly [name: string, value: string])[] {
  let isMeant = false;
  return config.split(/\r?\n/).flatMap((line) => {
    const [, section] = /^\s*\[(.*)\]/.exec(line) ?? [];
    if (section !== undefined) isMeant = /\bvariables"?$/.test(section);
    const [, name, value = ''] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return isMeant && name !== undefined ? [[name, value.replace(/^"(.*)"$/, '$1')] as const] : [];
  });
}

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

async function migrationOf(
  folder: FolderListing,
  { name, script, at }: PlannedChange,
  variables: ReadonlyMap<string, string>,
): Promise<Migration> {
  if ((await folder.text(`${script}.sql`)) === undefined)
    throw refusal(
      { file: path.resolve(folder.dir, PLAN), source: (await folder.text(PLAN)) ?? '' },
      `${displayPath(path.join(folder.dir, `${script}.sql`))} does not exist, but the plan has the change ${name}.`,
      'Add the file, or remove the change from the plan.',
      at,
    );
  const revert = `../revert/${script}.sql`;
  const down = (await folder.text(revert)) === undefined ? undefined : await readSource(folder, revert);
  const scriptOf = async (source: SqlSource): Promise<SqlScript> => ({
    file: source.file,
    source: source.source,
    transaction: false,
    queries: await readScript(folder, source, variables),
  });
  return sqlMigration(
    script,
    await scriptOf(await readSource(folder, `${script}.sql`)),
    down && (await scriptOf(down)),
  );
}
