import path from 'node:path';
import { byCodePoint, type FolderListing } from '../../folder-listing.js';
import { reasonOf } from '../../../util/system-error.js';
import type { SqlSource } from '../sql-files.js';
import { invalid, USE_COMMAND } from './formatted-sql.js';

/** The SQL files of a changelog in the order in which Liquibase runs them, and the properties. */
export interface Changelog {
  readonly files: SqlSource[];
  readonly properties: Map<string, string>;
}

const ROOT = /^(db[._-])?change-?log([._-](master|root|main))?\.(xml|ya?ml|json)$/i;

/** The name of the root changelog in a folder: the one that the configuration of Liquibase names, or one of the usual names. */
export async function rootIn(folder: FolderListing): Promise<string | undefined> {
  const properties = await folder.above('liquibase.properties');
  const [, named] = /^\s*change-?log-?file\s*[=:]\s*(.+?)\s*$/im.exec(properties?.text ?? '') ?? [];
  if (named !== undefined && folder.files.includes(path.basename(named))) return path.basename(named);
  return folder.files.find((name) => ROOT.test(name));
}

/** Reads a root changelog, or all SQL files of a folder that has none, as `includeAll` does. */
export async function readChangelog(folder: FolderListing): Promise<Changelog> {
  const changelog: Changelog = { files: [], properties: new Map() };
  const root = await rootIn(folder);
  if (root === undefined) await includeAll(folder, folder.dir, changelog);
  else await include(folder, path.join(folder.dir, root), changelog);
  return changelog;
}

async function include(folder: FolderListing, file: string, changelog: Changelog): Promise<void> {
  const source = { file, source: (await folder.text(file)) ?? '' };
  if (file.endsWith('.sql')) changelog.files.push(source);
  else
    for (const entry of await entriesOf(source)) {
      const { name, value, file: named = '', path: dir = '' } = entry.attributes;
      if (entry.type === 'property' && name !== undefined && value !== undefined)
        changelog.properties.set(name, value);
      else if (entry.type === 'include')
        await include(folder, await found(folder, source, named, entry), changelog);
      else if (entry.type === 'includeAll' && entry.attributes.filter === undefined)
        await includeAll(folder, await found(folder, source, dir, entry), changelog);
      else
        throw invalid(
          source,
          `driftmark does not run \`${entry.type}\` in XML, YAML or JSON`,
          USE_COMMAND,
          entry.at,
        );
    }
}

/** Every changelog in a folder and its subfolders, in the order of their paths. */
async function includeAll(folder: FolderListing, dir: string, changelog: Changelog): Promise<void> {
  const listing = await folder.folder(dir);
  const names = [...listing.files, ...listing.folders].sort(byCodePoint);
  for (const name of names) {
    const place = path.join(dir, name);
    if (listing.folders.includes(name)) await includeAll(folder, place, changelog);
    else if (/\.(sql|xml|ya?ml|json)$/i.test(name)) await include(folder, place, changelog);
  }
}

/** An element below `databaseChangeLog`. */
interface Entry {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly at?: number;
}

/** Paths begin at the including file if they say so, else at the search path: a folder of resources, or the package. */
async function found(folder: FolderListing, source: SqlSource, name: string, entry: Entry): Promise<string> {
  const bare = name.replace(/^classpath\*?:/, '').replace(/^\/+/, '');
  const beside = path.dirname(source.file);
  const isRelative = entry.attributes.relativeToChangelogFile === 'true';
  const { projectDir } = folder;
  const bases = isRelative
    ? [beside]
    : [projectDir, path.join(projectDir, 'src/main/resources'), folder.dir, beside];
  for (const base of bases) {
    const place = path.resolve(base, bare);
    if ((await folder.text(place)) !== undefined) return place;
    const { files, folders } = await folder.folder(place);
    if (files.length + folders.length > 0) return place;
  }
  throw invalid(source, `${name} does not exist`, 'Add it, or remove the include.', entry.at);
}

function entriesOf(source: SqlSource): readonly Entry[] | Promise<readonly Entry[]> {
  return source.file.endsWith('.xml') ? xmlEntries(source) : yamlEntries(source);
}

/** JSON is YAML. */
async function yamlEntries(source: SqlSource): Promise<readonly Entry[]> {
  const document = (await read(source)) as { readonly databaseChangeLog?: unknown } | null;
  const list = document?.databaseChangeLog;
  return (Array.isArray(list) ? list : []).flatMap((each: unknown) =>
    Object.entries(each ?? {}).map(([type, value]: [string, unknown]): Entry => {
      const at = source.source.indexOf(type);
      const values = Object.entries(value ?? {}).map(([name, own]) => [name, String(own)] as const);
      return { type, attributes: Object.fromEntries(values), at };
    }),
  );
}

async function read(source: SqlSource): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(source.source);
  } catch (error) {
    throw invalid(source, `could not parse the file: ${reasonOf(error)}`, 'Fix the syntax of the file.');
  }
}

/** The elements of a changelog are flat, unless it has change sets, which are refused. */
function xmlEntries({ source }: SqlSource): readonly Entry[] {
  const text = source.replace(/<!--[^]*?-->/g, (comment) => ' '.repeat(comment.length));
  const tags = [...text.matchAll(/<([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g)];
  return tags
    .filter(([, type]) => type !== 'databaseChangeLog')
    .map(({ 1: type = '', 2: attributes = '', index }): Entry => {
      const pairs = attributes.matchAll(/([\w:.-]+)\s*=\s*["']([^"']*)["']/g);
      return {
        type,
        attributes: Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value])),
        at: index,
      };
    });
}
