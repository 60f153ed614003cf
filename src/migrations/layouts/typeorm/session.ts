import { readFile } from 'node:fs/promises';
import { DriftmarkError } from '../../../errors.js';
import { withoutComments } from '../code/libraries.js';
import type { Driver } from '../code/driver.js';
import { importProjectPackage, preloadProjectPackage } from '../code/project-package.js';
import { codeSession, loadMigrations } from '../code/session.js';
import type { CodeRunner, Migration, MigrationSession, SessionObserver, SessionSetup } from '../layout.js';
import { settingsIn, type DataSourceSettings } from './data-source.js';

/** The part of TypeORM that runs migrations: `DataSource` since 0.3, `Connection` before. */
interface TypeormPackage {
  readonly DataSource?: new (options: object) => DataSource;
  readonly Connection?: new (options: object) => DataSource;
}

interface DataSource {
  initialize?(): Promise<unknown>;
  connect(): Promise<unknown>;
  destroy?(): Promise<void>;
  close(): Promise<void>;
  createQueryRunner(): QueryRunner;
}

interface QueryRunner {
  readonly isTransactionActive: boolean;
  startTransaction(): Promise<void>;
  commitTransaction(): Promise<void>;
  rollbackTransaction(): Promise<void>;
  release(): Promise<void>;
}

interface MigrationInstance {
  readonly name?: string;
  /** False if the migration does not want a transaction; TypeORM respects this in the modes `each` and `none`. */
  readonly transaction?: boolean;
  up(queryRunner: QueryRunner): Promise<unknown>;
  down(queryRunner: QueryRunner): Promise<unknown>;
}

export const typeormRunner: CodeRunner = {
  warmUp: (...dirs) => preloadProjectPackage('typeorm', dirs),
  openSession,
};

/** Runs migrations with the project's TypeORM, each in a transaction unless it or the data source says otherwise. */
async function openSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  const library = await importProjectPackage<TypeormPackage>('typeorm', 'TypeORM', setup);
  const modules = await loadMigrations(setup, observer);
  const file = setup.folder.toolConfig;
  const settings = file === undefined ? {} : settingsIn(withoutComments(await readFile(file, 'utf8')));
  return codeSession(setup, observer, {
    open: async (driver: Driver) => {
      const dataSource = await connect(library, setup, settings, driver);
      return { dataSource, queryRunner: dataSource.createQueryRunner() };
    },
    run: async ({ queryRunner }, direction, migration) => {
      const instance = instanceOf(modules.get(migration.name), migration);
      const transaction = settings.migrationsTransactionMode !== 'none' && instance.transaction !== false;
      if (transaction) await queryRunner.startTransaction();
      try {
        await instance[direction](queryRunner);
        if (transaction && queryRunner.isTransactionActive) await queryRunner.commitTransaction();
      } catch (error) {
        if (transaction && queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
        throw error;
      }
    },
    close: async ({ dataSource, queryRunner }) => {
      await queryRunner.release();
      await (dataSource.destroy?.() ?? dataSource.close());
    },
  });
}

async function connect(
  { DataSource, Connection }: TypeormPackage,
  { connection }: SessionSetup,
  { schema }: DataSourceSettings,
  driver: Driver,
): Promise<DataSource> {
  const Chosen: TypeormPackage['DataSource'] = DataSource ?? Connection;
  if (Chosen === undefined) throw new Error('This version of TypeORM is not supported.');
  const { host, port, user, password, database } = connection;
  const dataSource = new Chosen({
    type: 'postgres',
    driver,
    host,
    port,
    username: user,
    password: password ?? '',
    database,
    ...(schema !== undefined && { schema }),
    entities: [],
    migrations: [],
    logging: false,
  });
  await (dataSource.initialize?.() ?? dataSource.connect());
  return dataSource;
}

/** An instance of the class that a migration is named after. */
function instanceOf(module: object | undefined, { name, file }: Migration): MigrationInstance {
  for (const exported of classesOf(module)) {
    const instance = new exported();
    if ((instance.name ?? exported.name) === name) return instance;
  }
  throw new DriftmarkError('migrations-invalid', `The file does not export a class \`${name}\`.`, {
    place: { file },
    remedy: 'Export the class, so that TypeORM finds it.',
  });
}

type MigrationClass = new () => MigrationInstance;

function classesOf(exported: unknown, depth = 0): MigrationClass[] {
  if (typeof exported === 'function') return [exported as MigrationClass];
  if (typeof exported !== 'object' || exported === null || depth > 3) return [];
  return Object.values(exported).flatMap((value) => classesOf(value, depth + 1));
}
