import path from 'node:path';
import { defineLayout } from './layout.js';
import { pairByVersion, wholeText, type SideFile } from './sql-files.js';

/** golang-migrate `source/parse.go`: everything else in the folder is ignored. */
const FILE = /^([0-9]+)_.*\.(down|up)\.[^/]*$/;

/**
 * golang-migrate sends each file as one simple query, opens no transaction, and runs all files on one connection, so that
 * `SET search_path` of one file reaches the next. The number alone identifies a migration.
 */
export const golangMigrate = defineLayout({
  name: 'golang-migrate',
  title: 'golang-migrate',
  docs: { files: '`1_name.up.sql`, `1_name.down.sql`' },
  defaultFolders: ['migrations', 'db/migrations', 'db/migration'],
  detect: async (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    if (first === undefined) return undefined;
    const module = await folder.above('go.mod');
    if (module?.text.includes('github.com/golang-migrate/migrate')) {
      return { strength: 'certain', file: module.file, mark: '`github.com/golang-migrate/migrate`' };
    }
    return { strength: 'possible', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder) => {
    const { migrations, notices } = await pairByVersion(folder, folder.files.flatMap(sideOf), (source) =>
      wholeText(source, { transaction: false }),
    );
    return { migrations, notices, session: 'keep' };
  },
});

function sideOf(file: string): SideFile[] {
  const [, version, side] = FILE.exec(file) ?? [];
  if (version === undefined) return [];
  return [{ file, version: BigInt(version), side: side === 'down' ? 'down' : 'up' }];
}
