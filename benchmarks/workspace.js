import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import envPaths from 'env-paths';
import { x as extract } from 'tar';

const ANCESTOR = '@backstage/repo-tools@0.19.1';

/** Published packages with migrations. Most have few, `catalog` has many. */
export const PACKAGES = {
  app: '@backstage/plugin-app-backend@0.5.18',
  auth: '@backstage/plugin-auth-backend@0.30.1',
  catalog: '@backstage/plugin-catalog-backend@4.0.0',
  scaffolder: '@backstage/plugin-scaffolder-backend@4.3.0',
  search: '@backstage/plugin-search-backend-module-pg@0.5.61',
  events: '@backstage/plugin-events-backend@0.6.6',
  notifications: '@backstage/plugin-notifications-backend@0.6.11',
  'user-settings': '@backstage/plugin-user-settings-backend@0.4.9',
};

const cache = process.env.DRIFTMARK_CACHE_DIR ?? envPaths('driftmark', { suffix: '' }).cache;

/**
 * A workspace with the ancestor installed and the packages' migrations in `plugins`: made on the first run, from the
 * npm registry, and kept in the cache folder (376 MB).
 */
export async function workspace() {
  const dir = path.join(cache, 'benchmarks', ANCESTOR.replace('/', '+'));
  if (existsSync(dir)) return dir;
  const work = `${dir}.${process.pid}`;
  console.log(`setting up ${dir} …`);
  try {
    mkdirSync(path.join(work, 'plugins'), { recursive: true });
    write(work, { name: 'workspace', private: true, workspaces: { packages: ['plugins/*'] } });
    for (const [name, spec] of Object.entries(PACKAGES)) await fetchMigrations(work, name, spec);
    npm(work, 'install', '--save-exact', '--no-audit', '--no-fund', '--ignore-scripts', ANCESTOR);
    renameSync(work, dir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return dir;
}

async function fetchMigrations(work, name, spec) {
  const fetched = path.join(work, `fetched-${name}`);
  mkdirSync(fetched);
  npm(fetched, 'pack', spec, '--silent');
  const [archive] = readdirSync(fetched);
  await extract({ file: path.join(fetched, archive), cwd: fetched });
  const plugin = path.join(work, 'plugins', name);
  mkdirSync(plugin);
  cpSync(path.join(fetched, 'package', 'migrations'), path.join(plugin, 'migrations'), { recursive: true });
  rmSync(fetched, { recursive: true });
  const [, full] = /^(.*)@/.exec(spec);
  // `inline`: the ancestor makes the report of the schema only, and none of the TypeScript.
  write(plugin, { name: full, version: '0.0.0', backstage: { role: 'backend-plugin', inline: true } });
}

function write(dir, manifest) {
  writeFileSync(path.join(dir, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function npm(cwd, ...args) {
  execFileSync('npm', args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
