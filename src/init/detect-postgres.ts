import path from 'node:path';
import { glob } from 'tinyglobby';
import { NEWEST_MAJOR, OLDEST_MAJOR } from '../postgres/server-product.js';
import { readTextIfExists } from '../util/fs.js';

/** The PostgreSQL version that a project uses, and the file that says so. */
export interface DetectedPostgres {
  /** The major version, one that driftmark supports. */
  readonly major: number;
  /** Relative to the folder in which it was found, with `/` between names. */
  readonly file: string;
}

/** The PostgreSQL versions that a project states. */
interface StatedPostgres {
  /** The version to use. Undefined if no source states exactly one version that driftmark supports. */
  readonly used: DetectedPostgres | undefined;
  /** What the most reliable source states, if it is not exactly one version that driftmark supports. */
  readonly unclear: UnclearPostgres | undefined;
}

/** Several versions, or versions that driftmark does not support. */
export interface UnclearPostgres {
  /** Ascending: `[15, 16]`, `[9.6]`. */
  readonly versions: readonly number[];
  /** Relative to the folder in which they were found. */
  readonly files: readonly string[];
  /** Whether driftmark supports at least one of them. */
  readonly isSupported: boolean;
}

/** Where a project states the version, the most reliable place first. */
const SOURCES: readonly (readonly string[])[] = [
  ['supabase/config.toml'],
  [
    '{docker-compose,compose}*.{yml,yaml}',
    '{.devcontainer,docker,.docker,deploy,infra}/{docker-compose,compose}*.{yml,yaml}',
  ],
  ['.tool-versions', 'mise.toml', '.mise.toml'],
  [
    '.github/workflows/*.{yml,yaml}',
    '.gitlab-ci.yml',
    '.circleci/config.yml',
    'azure-pipelines.yml',
    'bitbucket-pipelines.yml',
  ],
];

/** An image such as `postgres:16-alpine`, `pgvector/pgvector:pg16` or `postgres:${PG_VERSION:-16}`. */
const IMAGE =
  /(?:^|[\s'"=]|(?<!\/)\/)(postgres|postgresql|postgis|pgvector|timescaledb(?:-ha)?):(?:\$\{\w+:?-)?([\w][\w.-]*)/gm;
/** In the tag of any image: `16` in `2.14-pg16`. */
const TAG_OF_EXTENSION = /(?:^|[^a-z])pg(\d{1,2})(?:\D|$)/;
/** In the tag of an image of PostgreSQL itself: `16` in `16.2-alpine`, `9.6` in `9.6.24`. */
const TAG = /^(9\.\d|\d{1,2})(?:\D|$)/;
/** `postgres 16.2` in .tool-versions, `postgres = "16"` in mise.toml. */
const TOOL = /^\s*"?postgres(?:ql)?"?\s*(?:=\s*["']?|\s)(9\.\d|\d+)/gm;
/** `major_version = 15` in the section `[db]` of Supabase's config.toml. */
const SUPABASE = /^\s*major_version\s*=\s*(\d+)/gm;

/** Older numbers belong to other things, such as the project's own image. */
const OLDEST_STATED = 8;

/**
 * Looks for the PostgreSQL version of a project in Supabase's config, compose files, tool versions and CI.
 * @param folders Absolute paths, searched in this order.
 */
export async function detectPostgres(folders: readonly string[]): Promise<StatedPostgres> {
  let unclear: UnclearPostgres | undefined;
  for (const patterns of SOURCES) {
    for (const folder of new Set(folders)) {
      const stated = await statedIn(folder, patterns);
      const versions = [...stated.keys()].sort((a, b) => a - b);
      if (versions.length > 1 || versions.some((version) => !isSupported(version)))
        unclear ??= {
          versions,
          files: [...new Set(stated.values())],
          isSupported: versions.some(isSupported),
        };
      const [first, ...others] = [...stated].filter(([version]) => isSupported(version));
      if (first && others.length === 0) return { used: { major: first[0], file: first[1] }, unclear };
    }
  }
  return { used: undefined, unclear };
}

const isSupported = (version: number) => version >= OLDEST_MAJOR && version <= NEWEST_MAJOR;

/** The versions, each with the first file that states it. */
async function statedIn(folder: string, patterns: readonly string[]): Promise<ReadonlyMap<number, string>> {
  const files = await glob([...patterns], { cwd: folder, dot: true, expandDirectories: false }).catch(
    () => [],
  );
  const found = new Map<number, string>();
  for (const file of files.sort()) {
    const text = (await readTextIfExists(path.join(folder, file))) ?? '';
    for (const version of versionsIn(text)) if (!found.has(version)) found.set(version, file);
  }
  return found;
}

function versionsIn(text: string): readonly number[] {
  const lines = text.replace(/^\s*#.*$/gm, '');
  const tags = [...lines.matchAll(IMAGE)].map(([, image = '', tag = '']) => versionOfImage(image, tag));
  const tools = [...lines.matchAll(TOOL)].map(([, version]) => version);
  const supabase = [...lines.matchAll(SUPABASE)].map(([, version]) => version);
  return [...tags, ...tools, ...supabase].map(Number).filter((version) => version >= OLDEST_STATED);
}

/** The tag of an extension's image begins with the version of the extension. */
function versionOfImage(image: string, tag: string): string | undefined {
  const isOfExtension = image === 'pgvector' || image.startsWith('timescaledb');
  return (TAG_OF_EXTENSION.exec(tag) ?? (isOfExtension ? null : TAG.exec(tag)))?.[1];
}
