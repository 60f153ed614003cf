/** Tells from the text of a migration in JavaScript or TypeScript which library it is written for; no user code runs. */
import path from 'node:path';
import { displayPath, placeAt } from '../../errors/source-location.js';
import type { FolderListing } from '../../folder-listing.js';
import type { Evidence } from '../layout.js';
import { refusal } from '../sql-files.js';

interface Library {
  readonly title: string;
  /** The layout that runs its migrations, if there is one. */
  readonly layout?: string;
  /** What only migrations of this library contain. */
  readonly mark: RegExp;
}

/** A file that mentions knex is knex's: its migrations get an object of this name. */
const KNEX: Library = { title: 'knex', layout: 'knex', mark: /\bknex\b/i };

const LIBRARIES: readonly Library[] = [
  {
    title: 'node-pg-migrate',
    layout: 'node-pg-migrate',
    mark: /\bpgm\b\s*(=>|\.\s*\w+\s*\()|\bMigrationBuilder\b|\(\s*pgm\b/,
  },
  { title: 'TypeORM', layout: 'typeorm', mark: /\bMigrationInterface\b|\bqueryRunner\b/i },
  { title: 'Sequelize', layout: 'sequelize', mark: /\bqueryInterface\b|['"](sequelize|umzug)['"]/i },
  {
    title: 'Kysely',
    layout: 'kysely',
    mark: /(from\s*|require\s*\(\s*|import\s*\(\s*)['"]kysely['"]|\bKysely\s*<|\.schema\s*\.\s*\w+\([^)]*\)(\s*\.\s*\w+\([^)]*\))*?\s*\.\s*addColumn\(/,
  },
  { title: 'MikroORM', mark: /['"]@mikro-orm\/migrations['"]/ },
  { title: 'db-migrate', mark: /\bexports\.setup\s*=|\boptions\.dbmigrate\b/ },
];

/** A script that Node or driftmark can load, which is neither a declaration of types nor a test. */
export const isCodeFile = (file: string): boolean =>
  /\.[cm]?[jt]s$/.test(file) && !/\.(d|test|spec)\.[cm]?[jt]s$/.test(file);

/** The code without its comments, roughly: good enough to look for names in. */
export const withoutComments = (source: string): string =>
  source.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** Whether a migration has a function of this name, judged by its text. */
export const hasFunction = (source: string, name: 'up' | 'down'): boolean =>
  new RegExp(`\\b${name}\\b\\s*(:|=|\\(|,|\\})|function\\s+${name}\\b`).test(withoutComments(source));

/** The library of a migration. */
function libraryOf(source: string): Library | undefined {
  return [KNEX, ...LIBRARIES].find(({ mark }) => mark.test(source));
}

/** The text of a file; an unreadable one is reported when it is loaded. */
export async function codeOf(folder: FolderListing, file: string): Promise<string> {
  try {
    return (await folder.text(file)) ?? '';
  } catch {
    return '';
  }
}

/** The first file of a folder that only one library's migrations can be: proof of the layout with this title. */
export async function writtenFor(folder: FolderListing, title: string): Promise<Evidence | undefined> {
  for (const name of folder.files.filter(isCodeFile)) {
    const source = await codeOf(folder, name);
    const library = libraryOf(source);
    const found = library?.title === title ? library.mark.exec(source) : null;
    // A helper may also import the library.
    if (found === null || !hasFunction(source, 'up')) continue;
    const { line } = placeAt(source, found.index);
    return { strength: 'certain', file: path.join(folder.dir, name), line, mark: shown(found[0]) };
  }
  return undefined;
}

const shown = (mark: string): string => `\`${(mark.trim().split('\n')[0] ?? '').trim()}\``;

/**
 * Refuses migrations that are written for another library than the layout's: they would fail with an error that leads
 * nowhere.
 *
 * @param own the title of the layout
 * @throws DriftmarkError `migrations-invalid`
 */
export async function refuseOtherLibraries(
  folder: FolderListing,
  files: readonly string[],
  own: { readonly name: string; readonly title: string },
): Promise<void> {
  for (const name of files) {
    const source = await codeOf(folder, name);
    const library = libraryOf(source);
    const isOwn = [KNEX, ...LIBRARIES].some(({ title, mark }) => title === own.title && mark.test(source));
    if (library === undefined || isOwn) continue;
    const found = library.mark.exec(source);
    const file = path.join(folder.dir, name);
    throw refusal(
      { file, source },
      `${displayPath(file)} is a migration for ${library.title} (${shown(found?.[0] ?? '')}), and the layout \`${own.name}\` cannot run it.`,
      library.layout === undefined
        ? `Set \`migrations\` in the config to the command of ${library.title} that runs it.`
        : `Set \`layout: '${library.layout}'\` in the config, or move the file into a folder of its own.`,
      found?.index,
    );
  }
}
