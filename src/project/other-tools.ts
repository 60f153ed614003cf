import path from 'node:path';
import { FOLDER_NAMES, SEARCH_DEPTH } from './find-migrations.js';
import { readTextIfExists } from '../util/fs.js';

/** A migration file that driftmark cannot run itself. */
export interface OtherMigrations {
  /** Relative to the folder of the search, with `/` between names. */
  readonly file: string;
  /** The tool that probably runs it, if one is known. */
  readonly tool?: string;
}

/** What tools call their folders, besides the names that driftmark looks for. */
const MORE_NAMES = ['Migrations', 'alembic', 'versions'] as const;

interface Tool {
  readonly name: string;
  readonly file: RegExp;
  /** In the text of a file, if its name does not tell. */
  readonly text?: RegExp;
}

/** Tools whose migrations are programs in another language, or in a form that driftmark does not read. */
const TOOLS: readonly Tool[] = [
  { name: 'Alembic', file: /\.py$/, text: /\balembic\b/ },
  { name: 'Django', file: /\.py$/, text: /\bdjango\b/ },
  { name: 'Rails', file: /\.rb$/ },
  { name: 'Ecto', file: /\.exs$/ },
  { name: 'Laravel', file: /\.php$/, text: /\bIlluminate\b/ },
  { name: 'Doctrine', file: /\.php$/, text: /\bDoctrine\b/ },
  { name: 'Entity Framework Core', file: /\.cs$/ },
  { name: 'MikroORM', file: /\.[cm]?[jt]s$/, text: /mikro-orm/ },
];

/** Files of languages that driftmark does not run. */
const OTHER_LANGUAGE = /\.(py|rb|exs?|php|cs|go|java|kt|scala|rs|pl)$/;

/** Looks for migrations that driftmark cannot run itself, so that it can say so instead of denying that they are there. */
export async function findOtherMigrations(root: string): Promise<OtherMigrations | undefined> {
  const { glob } = await import('tinyglobby');
  const files = await glob(`**/{${[...FOLDER_NAMES, ...MORE_NAMES].join(',')}}/**/*.*`, {
    cwd: root,
    deep: SEARCH_DEPTH + 1,
    ignore: ['node_modules', 'dist', 'build', 'vendor', 'test', 'tests', '.*'].map((name) => `**/${name}/**`),
  });
  const candidates = files.filter((file) => !/^(__init__|env)\.py$/.test(path.basename(file))).sort();
  for (const file of candidates) {
    const tools = TOOLS.filter((tool) => tool.file.test(file));
    const text = tools.length === 0 ? '' : ((await readTextIfExists(path.join(root, file))) ?? '');
    const tool = tools.find((each) => each.text?.test(text) ?? true)?.name;
    if (tool !== undefined) return { file, tool };
    if (OTHER_LANGUAGE.test(file)) return { file };
  }
  return undefined;
}
