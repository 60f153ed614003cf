import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { displayPath } from '../../errors/source-location.js';
import { refusal } from '../sql-files.js';

/** What only migrations of other libraries contain. */
const LIBRARIES: readonly { readonly title: string; readonly mark: RegExp }[] = [
  { title: 'node-pg-migrate', mark: /\bpgm\b\s*(=>|\.\s*\w+\s*\()|\bMigrationBuilder\b|\(\s*pgm\b/ },
  { title: 'Sequelize', mark: /\bqueryInterface\b/i },
  { title: 'TypeORM', mark: /\bMigrationInterface\b|\bQueryRunner\b/ },
  { title: 'Kysely', mark: /(from\s*|require\s*\(\s*|import\s*\(\s*)['"]kysely['"]|\bKysely\s*</ },
  { title: 'MikroORM', mark: /['"]@mikro-orm\/migrations['"]/ },
  { title: 'db-migrate', mark: /\bexports\.setup\s*=|\boptions\.dbmigrate\b/ },
];

/**
 * Refuses migrations that are written for another library: knex would fail in them with an error that leads nowhere.
 * Judged by the text, because detection must not run code. A file that mentions knex is knex's.
 *
 * @throws DriftmarkError `migrations-invalid`
 */
export async function refuseOtherLibraries(dir: string, files: readonly string[]): Promise<void> {
  for (const name of files) {
    const file = path.join(dir, name);
    const source = await readFile(file, 'utf8').catch(() => '');
    if (/\bknex\b/i.test(source)) continue;
    for (const { title, mark } of LIBRARIES) {
      const found = mark.exec(source);
      if (found === null) continue;
      throw refusal(
        { file, source },
        `${displayPath(file)} is a migration for ${title} (\`${found[0].trim()}\`), and the layout \`knex\` cannot run it.`,
        `Set \`layout\` in the config if ${title} is among the layouts; if not, set \`migrations\` to the command that runs it.`,
        found.index,
      );
    }
  }
}
