/**
 * The process in which migrations run. It answers one request of its parent at a time, and exits with the parent. If
 * user code ends or breaks the process, the running migration fails.
 */
import { DriftmarkError } from '../../errors.js';
import { MALLOC_SETTINGS, setConnectionVariables } from './environment.js';
import { headline, NEVER_SETTLED } from '../errors/failure.js';
import { migrationFailure } from '../errors/migration-failure.js';
import { codeRunnerOf } from '../layouts/code/runners.js';
import type { MigrationSession, SessionSetup } from '../layouts/layout.js';
import {
  toFailure,
  type CurrentStep,
  type Message,
  type Request,
  type StepsRequest,
  type WarmUp,
} from './protocol.js';

// They were for this process. What migrations start gets the user's environment.
for (const [name, value] of Object.entries(MALLOC_SETTINGS))
  if (process.env[name] === value) Reflect.deleteProperty(process.env, name);

interface OpenSession {
  readonly session: MigrationSession;
  readonly setup: SessionSetup;
}

let open: OpenSession | undefined;
let activity: CurrentStep | undefined;
let over = false;

function send(message: Message, whenSent?: () => void): void {
  if (process.connected) process.send?.(message, undefined, {}, () => whenSent?.());
  else whenSent?.();
}

async function answer(request: Request): Promise<unknown> {
  switch (request.type) {
    case 'open':
      process.chdir(request.setup.projectDir);
      setConnectionVariables(request.setup.connection);
      open = { setup: request.setup, session: await openSession(request.setup) };
      return undefined;
    case 'up':
    case 'down':
      return steps(request);
    case 'read-knexfile': {
      process.chdir(request.projectDir);
      const { describeKnexfile } = await import('../layouts/knex/knexfile.js');
      return describeKnexfile(request.file, request.projectDir, request.environment);
    }
  }
}

async function openSession(setup: SessionSetup): Promise<MigrationSession> {
  const runner = await codeRunnerOf(setup.folder.layout);
  return runner.openSession(setup, {
    loading: (migration) => {
      begin({ phase: 'loading', migration });
    },
    sql: (sql, milliseconds) => {
      send({ type: 'sql', sql, milliseconds });
    },
  });
}

async function steps({ type: direction, migrations, isLast }: StepsRequest): Promise<void> {
  for (const migration of migrations) {
    begin({ phase: direction, migration });
    try {
      await open?.session[direction](migration);
    } catch (thrown) {
      // Fresh connections: an open transaction must not outlive the step that failed in it.
      await within(1000, open?.session.release());
      throw thrown;
    }
    // An unhandled rejection belongs to the step that caused it.
    await new Promise(setImmediate);
    send({ type: 'step-done', migration });
  }
  if (isLast) await open?.session.release();
}

async function within(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void crash(new Error('its connections could not be closed'));
      reject(new Error('too late'));
    }, milliseconds);
  });
  await Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

function begin(next: CurrentStep): void {
  activity = next;
  send({ type: 'activity', activity: next });
}

async function fail(thrown: unknown, usable: boolean, whenSent?: () => void): Promise<void> {
  const password = open?.setup.connection.password;
  const error =
    thrown instanceof DriftmarkError || !activity
      ? thrown
      : await migrationFailure(activity, thrown, undefined, password);
  const known =
    error instanceof DriftmarkError
      ? error
      : new DriftmarkError('migration-failed', `the migrations could not be run: ${String(thrown)}`, {
          remedy: 'Check that the package that the migrations belong to is installed.',
        });
  send({ type: 'failed', failure: toFailure(known), usable }, whenSent);
}

/** After this, the state of the process is undefined. */
async function crash(thrown: unknown, how?: string): Promise<void> {
  if (over) return;
  over = true;
  const named = how && activity ? await withWay(activity, how, thrown) : thrown;
  await fail(named, false, () => {
    process.exit(1);
  });
}

/** The failure of a step, with the way in which it failed. */
async function withWay(at: CurrentStep, how: string, thrown: unknown): Promise<DriftmarkError> {
  const failure = await migrationFailure(at, thrown, undefined, open?.setup.connection.password);
  const message = failure.message.replace(headline(at), `${headline(at)} with ${how}`);
  const { code, place, details, remedy } = failure;
  return new DriftmarkError(code, message, { place, details, ...(remedy !== undefined && { remedy }) });
}

/** Also ends the processes that the migrations started, if the system has process groups. */
function end(): void {
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.exit(1);
}

process.on('disconnect', end);
process.on('uncaughtException', (error) => {
  void crash(error, 'an uncaught exception');
});
process.on('unhandledRejection', (reason) => {
  void crash(reason, 'an unhandled rejection');
});
process.on('message', (request: Request | WarmUp) => {
  if (request.type === 'warm-up') {
    process.chdir(request.projectDir);
    // An error here occurs again, and is reported, when the module is needed.
    codeRunnerOf(request.layout)
      .then((runner) => runner.warmUp(request.dir, request.projectDir))
      .catch(() => undefined);
    return;
  }
  // During a request, only the work itself keeps the process alive.
  process.channel?.unref();
  answer(request).then(
    (result) => {
      process.channel?.ref();
      if (!over) send({ type: 'done', result });
    },
    (thrown: unknown) => {
      process.channel?.ref();
      if (!over) void fail(thrown, true);
    },
  );
});
// The event loop is empty, but the request was not answered.
process.on('beforeExit', () => {
  void crash(new Error(NEVER_SETTLED));
});
send({ type: 'ready' });
