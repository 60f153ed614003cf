import { inspect } from 'node:util';
import type { Driver } from '../code/driver.js';
import { importProjectPackage, preloadProjectPackage } from '../code/project-package.js';
import { codeSession, exportsOf, loadMigrations, withoutFunction } from '../code/session.js';
import type { CodeRunner, Migration, MigrationSession, SessionObserver, SessionSetup } from '../layout.js';

/** The part of Sequelize that runs migrations, in any version. */
interface SequelizePackage {
  readonly Sequelize: new (options: object) => Sequelize;
}

interface Sequelize {
  getQueryInterface(): object;
  close(): Promise<void>;
}

type Step = (...args: unknown[]) => unknown;

export const sequelizeRunner: CodeRunner = {
  warmUp: (...dirs) => preloadProjectPackage('sequelize', dirs),
  openSession,
};

/** Runs migrations with the project's Sequelize, as its command line and umzug do: without a transaction. */
async function openSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  const { Sequelize } = await importProjectPackage<SequelizePackage>('sequelize', 'Sequelize', setup);
  const modules = await loadMigrations(setup, observer);
  return codeSession(setup, observer, {
    open: (driver: Driver) => {
      const { host, port, user, password, database } = setup.connection;
      return new Sequelize({
        dialect: 'postgres',
        dialectModule: driver,
        host,
        port,
        username: user,
        password: password ?? '',
        database,
        logging: false,
        pool: { min: 0, max: 5 },
      });
    },
    run: async (sequelize, direction, migration) => {
      const step = exportsOf(modules.get(migration.name), direction);
      if (typeof step !== 'function')
        throw withoutFunction(
          migration,
          direction,
          `exports.${direction} = async (queryInterface, Sequelize) => { … };`,
        );
      await call(step as Step, argumentOf(sequelize, migration), Sequelize);
    },
    close: (sequelize) => sequelize.close(),
  });
}

/** The older style takes a callback as its third argument. */
async function call(step: Step, ...args: unknown[]): Promise<void> {
  if (step.length < 3) await step(...args);
  else
    await new Promise<void>((resolve, reject) => {
      step(...args, (error: unknown) => {
        if (error === undefined || error === null) resolve();
        else reject(error instanceof Error ? error : new Error(inspect(error)));
      });
    });
}

/**
 * The first argument of a migration. sequelize-cli passes the query interface, and umzug an object whose `context` is the
 * query interface by convention: this one serves both.
 */
function argumentOf(sequelize: Sequelize, { name, file }: Migration): object {
  const queryInterface = sequelize.getQueryInterface();
  return new Proxy(queryInterface, {
    get: (target, key) => {
      if (key === 'context') return contextOf(sequelize, target);
      if (key === 'name' && !('name' in target)) return name;
      if (key === 'path' && !('path' in target)) return file;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The query interface, which also answers to what a migration may ask of a `Sequelize` in its place. */
function contextOf(sequelize: Sequelize, queryInterface: object): object {
  return new Proxy(queryInterface, {
    get: (target, key) => {
      const from = key in target ? target : sequelize;
      const value: unknown = Reflect.get(from, key, from);
      return typeof value === 'function' ? (value.bind(from) as unknown) : value;
    },
  });
}
