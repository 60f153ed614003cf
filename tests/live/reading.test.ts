import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { DriftmarkError } from '#src/errors.js';
import { reportText } from '../support/changes.js';
import type { Cluster } from '../support/cluster.js';
import { read } from '../support/live-read.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { runsAll } from '../support/selection.js';
import { sharedClusters } from '../support/shared-clusters.js';
import { caughtUp } from '../support/standby.js';

const FOLDER = 'fixtures/drifts';
const MAJORS: readonly PostgresMajor[] = runsAll ? [14, 18] : [18];

describe.each(MAJORS)('a live PostgreSQL %d', (major) => {
  let primary: Cluster;
  let standby: Cluster;
  const clusters = sharedClusters(major, async ({ make, standbyOf }) => {
    primary = await make('primary', { log_statement: 'all', log_line_prefix: `'%a|'`, wal_level: 'replica' });
    standby = await standbyOf(primary, 'standby', { max_standby_streaming_delay: '0' });
    await primary.start();
    await standby.start();
    const admin = await primary.connect();
    await admin.query('CREATE DATABASE app');
    await admin.end();
    await asAdmin(async (client) => {
      for (const name of ['roles', 'base'])
        await client.query(await readFile(`${FOLDER}/${name}.sql`, 'utf8'));
    });
    await caughtUp(primary, standby);
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  async function asAdmin<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await primary.connect('app');
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  it('is read only in read-only transactions with their own settings', async () => {
    const before = (await primary.log()).length;
    await read(primary);
    const log = (await primary.log()).slice(before);
    const sent = log
      .split('\n')
      .map((line) => /LOG: {2}statement: (.*)/.exec(line)?.[1] ?? '')
      .filter((statement) => statement !== '');
    const shapes = sent.map(
      (statement) =>
        /^(SELECT|SET LOCAL|SAVEPOINT|ROLLBACK|BEGIN.*?READ ONLY)/.exec(
          statement.replace(/^WITH RECURSIVE\b/, 'SELECT'),
        )?.[0] ?? statement,
    );
    expect([...new Set(shapes)].sort()).toEqual([
      'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
      'ROLLBACK',
      'SAVEPOINT',
      'SELECT',
      'SET LOCAL',
    ]);
    expect(log).not.toMatch(/\b(INSERT|UPDATE|DELETE|CREATE|LOCK TABLE|pg_advisory_lock|PREPARE)\b/);
    expect(log).not.toContain('execute <unnamed>');
    expect(log).not.toMatch(/ERROR|FATAL/);
  });

  it('gives the same schema to roles with few and many privileges and on a standby', async () => {
    await asAdmin(async (admin) => {
      await admin.query(`CREATE ROLE smallest LOGIN; CREATE ROLE middling LOGIN; CREATE ROLE mighty LOGIN;
        GRANT pg_read_all_data TO mighty`);
      const { rows } = await admin.query<{ name: string }>(
        `SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
      );
      for (const { name } of rows)
        await admin.query(`GRANT USAGE ON SCHEMA ${name} TO smallest, middling, mighty`);
      await admin.query('GRANT SELECT ON app.parents TO middling');
    });
    const whole = await read(primary);
    for (const user of ['smallest', 'middling', 'mighty'])
      expect(await read(primary, { user }), user).toEqual(whole);
    await caughtUp(primary, standby);
    expect(await read(standby, { user: 'smallest' })).toEqual(whole);
  });

  it('lists the objects that are hidden from a role, with the grants that make them visible', async () => {
    const grants = await asAdmin(async (admin) => {
      await admin.query(`CREATE ROLE blind LOGIN; REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC;
        REVOKE EXECUTE ON FUNCTION pg_catalog.pg_get_viewdef(oid) FROM PUBLIC`);
      const error: unknown = await read(primary, { user: 'blind' }).catch((thrown: unknown) => thrown);
      if (!(error instanceof DriftmarkError)) throw new Error('nothing was hidden', { cause: error });
      expect(error).toMatchObject({ code: 'incomplete', exitCode: 3 });
      const told = error.details.map(({ text }) => text);
      for (const grant of told) await admin.query(grant);
      expect(reportText(await read(primary, { user: 'blind' }))).toContain('## ');
      await admin.query(`GRANT SELECT ON pg_catalog.pg_policy TO PUBLIC;
        GRANT EXECUTE ON FUNCTION pg_catalog.pg_get_viewdef(oid) TO PUBLIC`);
      return told;
    });
    expect(grants).toEqual(
      expect.arrayContaining([
        'GRANT USAGE ON SCHEMA app TO blind;',
        'GRANT SELECT ON TABLE pg_catalog.pg_policy TO blind;',
        'GRANT EXECUTE ON FUNCTION pg_catalog.pg_get_viewdef(oid) TO blind;',
      ]),
    );
  });

  it('lists everything that a hardened server hides, and can be read after these grants', async () => {
    await asAdmin(async (admin) => {
      await admin.query('CREATE ROLE guest LOGIN');
      const { rows } = await admin.query<{ revoke: string; grant: string }>(
        `SELECT format('REVOKE %s ON %s FROM PUBLIC', p, o) AS revoke, format('GRANT %s ON %s TO PUBLIC', p, o) AS grant FROM (
           SELECT 'SELECT' AS p, 'TABLE pg_catalog.' || relname AS o FROM pg_class
           WHERE relname IN ('pg_class', 'pg_attribute', 'pg_index', 'pg_constraint', 'pg_depend', 'pg_namespace', 'pg_proc', 'pg_trigger')
             AND relnamespace = 'pg_catalog'::regnamespace
           UNION ALL SELECT 'EXECUTE', 'FUNCTION ' || oid::regprocedure FROM pg_proc
           WHERE proname IN ('pg_get_expr', 'pg_get_ruledef', 'pg_get_functiondef', 'format_type', 'obj_description')
             AND pronamespace = 'pg_catalog'::regnamespace) q`,
      );
      for (const { revoke } of rows) await admin.query(revoke);
      const told: string[] = [];
      try {
        // If the catalogs of functions and schemas are hidden, other hidden objects are only found after these grants.
        for (let grants = ['']; grants.length > 0 && told.length < 100;) {
          grants = await read(primary, { user: 'guest' }).then(
            () => [],
            (error: unknown) => {
              if (!(error instanceof DriftmarkError)) throw error;
              expect(error).toMatchObject({ code: 'incomplete', exitCode: 3 });
              return error.details.map(({ text }) => text);
            },
          );
          for (const grant of grants) await admin.query(grant);
          told.push(...grants);
        }
        const text = reportText(await read(primary, { user: 'guest' }));
        expect(text).toBe(reportText(await read(primary)));
      } finally {
        for (const { grant } of rows) await admin.query(grant);
      }
      for (const name of [
        'pg_class',
        'pg_attribute',
        'pg_depend',
        'pg_namespace',
        'pg_get_expr',
        'format_type',
      ])
        expect(told.join('\n'), name).toContain(`pg_catalog.${name}`);
    });
  });

  it('gives the same schema if the database has settings that change every expression', async () => {
    const before = reportText(await read(primary));
    await asAdmin((admin) =>
      admin.query(`ALTER DATABASE app SET quote_all_identifiers = on; ALTER DATABASE app SET DateStyle = 'SQL, DMY';
        ALTER DATABASE app SET IntervalStyle = 'iso_8601'; ALTER DATABASE app SET search_path = vault;
        ALTER DATABASE app SET extra_float_digits = -5; ALTER DATABASE app SET bytea_output = 'escape';
        ALTER DATABASE app SET TimeZone = 'Asia/Kolkata'; ALTER DATABASE app SET standard_conforming_strings = off;
        ALTER DATABASE app SET default_transaction_isolation = 'serializable'`),
    );
    expect(reportText(await read(primary))).toBe(before);
    await caughtUp(primary, standby);
    expect(reportText(await read(standby))).toBe(before);
    await asAdmin((admin) => admin.query('ALTER DATABASE app RESET ALL'));
  });

  it.runIf(runsAll || major === 18)(
    'takes no lock above AccessShare and releases those on tables before the reading ends',
    async () => {
      await asAdmin(async (admin) => {
        const seen = new Set<string>();
        const done = new AbortController();
        const reading = (async () => {
          for (let times = 0; times < 10; times++) await read(primary);
          done.abort();
        })();
        while (!done.signal.aborted) {
          const { rows } = await admin.query<{ mode: string }>(
            `SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid)
           WHERE a.application_name = 'driftmark' AND l.locktype = 'relation'`,
          );
          for (const { mode } of rows) seen.add(mode);
        }
        await reading;
        expect([...seen]).toEqual(['AccessShareLock']);
      });
    },
  );

  it.runIf(runsAll || major === 18)('makes an ALTER TABLE wait no longer than one short batch', async () => {
    await asAdmin(async (admin) => {
      const done = new AbortController();
      let altered = 0;
      const reading = (async () => {
        // Most readings are repeated because the schema changes. The test is about the lock.
        for (let times = 0; times < 15 || altered < 4; times++)
          await read(primary, { retries: 0 }).catch(() => undefined);
        done.abort();
      })();
      // An ALTER TABLE that does not get the lock in 250 ms fails.
      await admin.query("SET lock_timeout = '250ms'");
      while (!done.signal.aborted) {
        await admin.query('ALTER TABLE app.parents SET (fillfactor = 71)');
        await admin.query('ALTER TABLE app.parents RESET (fillfactor)');
        altered++;
        await sleep(15);
      }
      await reading;
      expect(altered).toBeGreaterThan(3);
    });
  });

  it.runIf(runsAll)('never shows a schema that changed while it was read', async () => {
    await asAdmin(async (admin) => {
      await admin.query(`CREATE DATABASE racing TEMPLATE template0`);
      const writer = await primary.connect('racing');
      await writer.query(`CREATE TABLE a (x integer, y integer CHECK (y > 0)); CREATE VIEW v AS SELECT x FROM a;
        CREATE INDEX i ON a (x) WHERE y > 1`);
      const states = new Set<string>();
      const steps = [
        'ALTER TABLE a RENAME x TO z',
        'ALTER TABLE a RENAME TO b',
        'ALTER TABLE b RENAME TO a',
        'ALTER TABLE a RENAME z TO x',
        'DROP VIEW v',
        'CREATE VIEW v AS SELECT x FROM a',
      ];
      for (const step of steps) {
        await writer.query(step);
        states.add(reportText(await read(primary, { database: 'racing' })));
      }
      const done = new AbortController();
      const writing = (async () => {
        while (!done.signal.aborted)
          for (const step of steps) await writer.query(step).then(() => sleep(5 + Math.random() * 300));
      })();
      const texts: string[] = [];
      for (let times = 0; times < 25; times++) {
        const text = await read(primary, { database: 'racing', retries: 2 }).then(
          reportText,
          () => undefined,
        );
        if (text !== undefined) texts.push(text);
      }
      done.abort();
      await writing;
      await writer.end();
      // On a busy machine, no reading may finish between the changes. This one follows them.
      texts.push(reportText(await read(primary, { database: 'racing' })));
      for (const text of texts) expect(states).toContain(text);
    });
  });

  it('reads again after the server cancels or ends its queries', async () => {
    const before = reportText(await read(standby));
    const killer = await standby.connect('app');
    const reading = [read(standby, { retries: 20 }), read(standby, { retries: 20 })];
    let ended = 0;
    // A recovery conflict cancels a statement, or ends the connection.
    for (const how of ['pg_cancel_backend', 'pg_terminate_backend', 'pg_cancel_backend']) {
      for (let tries = 0; tries < 200; tries++) {
        const { rows } = await killer.query<{ done: boolean }>(
          `SELECT ${how}(pid) AS done FROM pg_stat_activity WHERE application_name = 'driftmark'`,
        );
        if (rows.length > 0) {
          ended += rows.length;
          break;
        }
        await sleep(5);
      }
    }
    await killer.end();
    expect(ended).toBeGreaterThan(1);
    for (const schema of await Promise.all(reading)) expect(reportText(schema)).toBe(before);
  });

  it('stops with the cause if the server ends every reading', async () => {
    const done = new AbortController();
    const killer = await standby.connect('app');
    const killing = (async () => {
      while (!done.signal.aborted) {
        await killer.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app' AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
        );
        await sleep(2);
      }
    })();
    const error: unknown = await read(standby, { retries: 2 }).catch((thrown: unknown) => thrown);
    done.abort();
    await killing;
    await killer.end();
    expect(error).toBeInstanceOf(DriftmarkError);
    expect(error).toMatchObject({ exitCode: 1 });
  });
});
