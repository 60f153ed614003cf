import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { resolveConfig } from '#src/config/config.js';
import { planInit } from '#src/init/plan.js';
import { writePlanned } from '#src/init/write.js';
import { inFolder } from '../support/folders.js';

export type Files = Readonly<Record<string, string>>;

export const MIGRATION = { 'migrations/001_init.sql': 'CREATE TABLE t (id int);' };
export const PACKAGE = { 'package.json': '{ "name": "acme" }', 'package-lock.json': '{}' };

/** What `init` would write in a folder of these files. */
export async function planned(files: Files, below = '.') {
  return inFolder(async (dir) => {
    execFileSync('git', ['init', '-q'], { cwd: dir });
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
      await writeFile(path.join(dir, name), text);
    }
    const plan = async () => planInit(await resolveConfig({}, {}, path.join(dir, below)));
    const first = await plan();
    for (const file of first.files) await writePlanned(file);
    return {
      files: Object.fromEntries(first.files.map(({ file, text }) => [path.relative(dir, file), text])),
      reports: first.reports.map(({ file, format }) => `${format ?? 'new'} ${path.relative(dir, file)}`),
      add: first.project.packageManager?.add,
      ci: first.ci,
      again: (await plan()).files,
    };
  });
}
