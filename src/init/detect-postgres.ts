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
  /(?:^|[\s'"=]|(?<!\/)\/)(?:postgres|postgresql|postgis|pgvector|timescaledb(?:-ha)?):(?:\$\{\w+:?-)?([\w][\w.-]*)/gm;
/** `postgres 16.2` in .tool-versions, `postgres = "16"` in mise.toml. */
const TOOL = /^\s*"?postgres(?:ql)?"?\s*(?:=\s*["']?|\s)(\d+)/gm;
/** `major_version = 15` in the section `[db]` of Supabase's config.toml. */
const SUPABASE = /^\s*major_version\s*=\s*(\d+)/gm;

/**
 * Looks for the PostgreSQL version of a project in Supabase's config, compose files, tool versions and CI.
 * @param folders Absolute paths, searched in this order.
 * @returns undefined if no file states a version, or each source states several.
 */
export async function detectPostgres(folders: readonly string[]): Promise<DetectedPostgres | undefined> {
  for (const patterns of SOURCES) {
    for (const folder of new Set(folders)) {
      const files = await glob([...patterns], { cwd: folder, dot: true, expandDirectories: false }).catch(
        () => [],
      );
      const found = new Map<number, string>();
      for (const file of files.sort()) {
        const text = (await readTextIfExists(path.join(folder, file))) ?? '';
        for (const major of majorsIn(text)) if (!found.has(major)) found.set(major, file);
      }
      const [first, ...others] = found;
      if (first && others.length === 0) return { major: first[0], file: first[1] };
    }
  }
  return undefined;
}

function majorsIn(text: string): readonly number[] {
  const lines = text.replace(/^\s*#.*$/gm, '');
  const tags = [...lines.matchAll(IMAGE)].map(([, tag = '']) => /(?:^|pg)(\d{1,2})(?:\D|$)/.exec(tag)?.[1]);
  const tools = [...lines.matchAll(TOOL)].map(([, version]) => version);
  const supabase = [...lines.matchAll(SUPABASE)].map(([, version]) => version);
  return [...tags, ...tools, ...supabase]
    .map(Number)
    .filter((major) => major >= OLDEST_MAJOR && major <= NEWEST_MAJOR);
}
