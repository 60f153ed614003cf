import path from 'node:path';
import { withoutLeadingComments } from '../../postgres/sql-statements.js';
import { displayPath } from '../errors/source-location.js';
import { defineLayout } from './layout.js';
import { readSource, sqlMigration, statementByStatement, statementsOf, type SqlSource } from './sql-files.js';

const FILE = /^([0-9]+)_(.*)\.sql$/;
/** Statements that the CLI takes out of the pipeline of a file and runs alone: `apps/cli-go/pkg/migration/file.go`. */
const ALONE =
  /^(create\s+(unique\s+)?index\s+concurrently|drop\s+index\s+concurrently|reindex\b.*\bconcurrently|vacuum|alter\s+system|cluster)\b/i;

/**
 * The Supabase CLI runs files in the order of their names. The statements of one file share a transaction, except those that
 * cannot run in one. Settings are reset before each file.
 */
export const supabase = defineLayout({
  name: 'supabase',
  title: 'Supabase',
  docs: { files: '`supabase/migrations/….sql`', remark: 'with the roles and schemas that Supabase provides' },
  defaultFolders: ['supabase/migrations'],
  detect: async (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    if (first === undefined) return undefined;
    const config = (await folder.text('../config.toml')) ?? '';
    if (path.basename(path.dirname(folder.dir)) === 'supabase' || /^\[db\.migrations\]/m.test(config))
      return {
        strength: 'certain',
        file: path.join(folder.dir, first),
        mark: `\`supabase/migrations/${first}\``,
      };
    return undefined;
  },
  read: async (folder) => {
    const sql = folder.files.filter((file) => file.endsWith('.sql'));
    const files = sql.filter((file, at) => FILE.test(file) && !(at === 0 && isOldInit(file)));
    const skipped = sql.filter((file) => !files.includes(file));
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    const roles = (await folder.text('../roles.sql')) !== undefined;
    return {
      migrations: sources.map((source, at) => sqlMigration(files[at] ?? '', scriptOf(source))),
      notices: [
        ...skipped.map(
          (file) =>
            `${displayPath(path.join(folder.dir, file))} is skipped, because Supabase runs files named <timestamp>_name.sql.`,
        ),
        ...(roles ? ["supabase/roles.sql is not run. Set `setup: 'supabase/roles.sql'` to run it."] : []),
      ],
    };
  },
});

/** The CLI skips a first `_init.sql` of the time before it wrote migrations. */
function isOldInit(file: string): boolean {
  const version = /^(\d{14})_init\.sql$/.exec(file)?.[1];
  return version !== undefined && version < '20211209000000';
}

function scriptOf(source: SqlSource) {
  const isMixed = statementsOf(source).some(({ text }) => ALONE.test(withoutLeadingComments(text)));
  return statementByStatement(source, { transaction: !isMixed });
}
