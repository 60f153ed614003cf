import path from 'node:path';
import type { UserTarget } from '../config/schema.js';
import { packageName } from '../project/targets.js';
import type { FoundMigrations } from '../project/find-migrations.js';

/** A target with the settings that `init` writes for it. */
export type PlannedTarget = UserTarget & { readonly path: string };

/**
 * Makes targets of migrations folders. A package with one folder keeps its report in the package. If a package has
 * several, each folder gets a name and a report of its own beside it, because two folders cannot share a report.
 */
export async function targetsFor(
  root: string,
  found: readonly FoundMigrations[],
): Promise<readonly PlannedTarget[]> {
  const reports = new Set<string>();
  const targets: PlannedTarget[] = [];
  for (const { dir, migrations } of found) {
    const isOnly = found.filter((other) => other.dir === dir).length === 1;
    const target = isOnly ? { path: dir, ...named(migrations) } : await besideFolder(root, dir, migrations);
    const report = path.posix.join(target.path, 'report.sql.md');
    const folder = path.posix.basename(migrations);
    const own = reports.has(report)
      ? { name: `${target.name ?? ''}/${folder}`, report: `report-${folder}.sql.md` }
      : {};
    reports.add(report);
    targets.push({ ...target, ...own });
  }
  return targets;
}

const named = (migrations: string) => (migrations === 'migrations' ? {} : { migrations });

async function besideFolder(root: string, dir: string, migrations: string): Promise<PlannedTarget> {
  const below = path.posix.dirname(migrations);
  const name = await packageName(path.join(root, dir));
  return {
    path: path.posix.join(dir, below),
    name: below === '.' ? name : `${name}/${below}`,
    ...named(path.posix.basename(migrations)),
  };
}
