import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { detectMigrations, findMigrations } from '#src/migrations/migrations.js';
import type { ReportFormat } from '#src/report/report.js';
import type { BuildEnvironment, BuildPlan } from '#src/replay/environment.js';
import { build, type Built } from '#src/replay/replay.js';
import type { ScratchServer } from '#src/scratch/scratch.js';
import { inFolder } from './folders.js';

/** A migration of a test: its SQL up and down. Without `down`, it has only an up file. */
export interface TestMigration {
  readonly up: string;
  readonly down?: string;
}

/** The result and the costs of replaying the migrations of a test. */
export interface Replayed extends Built {
  /** The failed down migrations, newest first. */
  readonly failed: readonly string[];
  /** The number of databases that were created or copied. */
  readonly databases: number;
  /** The number of SQL statements of migrations that were run. Not counted with `isAlone`. */
  readonly statements: number;
  readonly notices: readonly string[];
}

interface ReplayOptions {
  readonly format?: ReportFormat;
  readonly down?: boolean;
  readonly roles?: readonly string[];
  readonly platform?: 'supabase';
  readonly schemas?: readonly string[];
  /** The SQL of the set-up file. */
  readonly setup?: string;
  /** Whether the history may be replayed in parts in parallel. */
  readonly isAlone?: boolean;
}

/** Replays SQL migrations on a scratch server, in their order. */
export function replay(
  server: ScratchServer,
  migrations: readonly TestMigration[],
  options: ReplayOptions = {},
): Promise<Replayed> {
  return inFolder(async (dir) => {
    const plan = await planIn(dir, migrations, options);
    let [databases, statements] = [0, 0];
    const notices: string[] = [];
    const count = <T>(made: T): T => {
      databases += 1;
      return made;
    };
    const environment: BuildEnvironment = {
      server: Promise.resolve({
        ...server,
        createDatabase: () => server.createDatabase().then(count),
        cloneDatabase: (of) => server.cloneDatabase(of).then(count),
      }),
      notice: (text) => notices.push(text),
      output: () => undefined,
      ...(options.isAlone
        ? { isAlone: true }
        : {
            onSql: () => {
              statements += 1;
            },
          }),
    };
    const built = await build(plan, environment);
    const failed = built.failedDowns.map(({ migration }) => migration.replace(/\..*$/, ''));
    return { ...built, failed, databases, statements, notices };
  });
}

async function planIn(
  dir: string,
  migrations: readonly TestMigration[],
  { format = 'full', down = true, roles, platform, schemas, setup }: ReplayOptions,
): Promise<BuildPlan> {
  const folder = path.join(dir, 'migrations');
  await mkdir(folder);
  for (const [at, { up, down: back }] of migrations.entries()) {
    const name = path.join(folder, String(at + 1).padStart(3, '0'));
    await writeFile(`${name}.up.sql`, up);
    if (back !== undefined) await writeFile(`${name}.down.sql`, back);
  }
  const setupFile = path.join(dir, 'setup.sql');
  if (setup !== undefined) await writeFile(setupFile, setup);
  return {
    target: {
      name: 'test',
      dir,
      migrations: folder,
      detected: await detectMigrations(folder, dir),
      report: path.join(dir, 'report.sql.md'),
      settings: {
        ...(roles && { roles: [...roles] }),
        ...(platform && { platform }),
        ...(schemas && { schemas: [...schemas] }),
        ...(setup !== undefined && { setup: setupFile }),
      },
    },
    folder: await findMigrations(folder, { projectDir: dir }),
    format,
    down,
  };
}
