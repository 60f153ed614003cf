import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import {
  detectMigrations,
  isMigrationsFolder,
  LAYOUTS,
  type DetectedFolder,
  type LayoutName,
} from '../migrations/migrations.js';
import { exists, readTextIfExists } from '../util/fs.js';

/** Where the migrations of a package are if no setting names the folder. */
interface DefaultFolder {
  /** Relative to the package. It may be a file with the whole schema. */
  readonly folder: string;
  /** Why it cannot be decided which folder is meant. */
  readonly conflict?: DriftmarkError;
}

const DEFAULT = 'migrations';

/**
 * Looks in the default folders of every migration tool: `migrations` first, then `prisma/migrations`, `drizzle` and so on. A
 * folder counts for a tool only if that tool uses it by default and the folder is laid out for it. If no folder has
 * migrations, a file with the schema counts, such as `db/structure.sql`. A folder that the tool's configuration names is a
 * default folder of the tool.
 */
export async function findDefaultFolder(
  dir: string,
  layout: LayoutName | undefined,
  { withFiles = false }: { readonly withFiles?: boolean } = {},
): Promise<DefaultFolder> {
  // A tool that the config names need not be recognised.
  const counts = (found: DetectedFolder | undefined): found is DetectedFolder =>
    layout === undefined ? isMigrationsFolder(found) : found !== undefined;
  if (counts(await detectMigrations(path.join(dir, DEFAULT), dir, layout))) return { folder: DEFAULT };
  const configured = await configuredFolders(dir);
  const folders = [
    ...new Set([...LAYOUTS.flatMap(({ defaultFolders }) => defaultFolders), ...configured.keys()]),
  ].filter((folder) => folder !== DEFAULT);
  const found = await Promise.all(
    folders.map(async (folder) => {
      const absolute = path.join(dir, folder);
      if (!(await exists(absolute))) return [];
      const detected = await detectMigrations(absolute, dir, layout);
      if (!counts(detected)) return [];
      const isDefaultOfTool =
        detected.layout.defaultFolders.includes(folder) || configured.get(folder) === detected.layout.name;
      return isDefaultOfTool || detected.layout.name === 'sql'
        ? [{ folder, title: detected.layout.title }]
        : [];
    }),
  );
  // `db/migrations` and its parent may both fit a tool with subfolders: the deeper one is inside of the other.
  const all = found.flat();
  const outer = all.filter(({ folder }) => !all.some((other) => folder.startsWith(`${other.folder}/`)));
  const [first, second] = outer;
  const file = first === undefined && withFiles ? await defaultFile(dir, layout) : undefined;
  if (first === undefined) return { folder: file ?? DEFAULT };
  return second === undefined
    ? { folder: first.folder }
    : { folder: first.folder, conflict: severalFolders(dir, outer) };
}

/** The folders that configuration files of tools name, relative to the package, with the names of the tools. */
async function configuredFolders(dir: string): Promise<ReadonlyMap<string, LayoutName>> {
  const found = await Promise.all(
    LAYOUTS.flatMap(({ name, configuredFolders: files = [] }) =>
      files.map(async ({ file, folderIn }): Promise<[string, LayoutName][]> => {
        const text = await readTextIfExists(path.join(dir, file));
        const folder = text === undefined ? undefined : await folderIn(text);
        return folder === undefined ? [] : [[path.posix.normalize(folder).replace(/\/$/, ''), name]];
      }),
    ),
  );
  return new Map(found.flat());
}

/** SQL that only other database products understand. */
const OTHER_SQL = /\/\*!\d|\bENGINE\s*=\s*\w|\bAUTO_?INCREMENT\b/i;

async function defaultFile(dir: string, layout: LayoutName | undefined): Promise<string | undefined> {
  for (const { name, defaultFiles = [] } of LAYOUTS) {
    if (layout !== undefined && layout !== name) continue;
    for (const file of defaultFiles) {
      const text = await readTextIfExists(path.join(dir, file));
      if (text !== undefined && !OTHER_SQL.test(text)) return file;
    }
  }
  return undefined;
}

function severalFolders(
  dir: string,
  found: readonly { readonly folder: string; readonly title: string }[],
): DriftmarkError {
  const names = found.map(({ folder, title }) => `${folder} (${title})`).join(' and ');
  return new DriftmarkError('migrations-invalid', `Found migrations in several folders: ${names}.`, {
    place: { file: dir },
    remedy: `Set \`migrations\` in the config to one of them: ${found.map(({ folder }) => `'${folder}'`).join(' or ')}.`,
  });
}
