import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { DriftmarkError } from '../errors.js';
import { quoteIdentifier } from '../postgres/quoting.js';
import { databaseRemedy } from '../migrations/errors/database-error.js';
import { codeOf, databaseDetails, databaseErrorIn, messageOf } from '../postgres/query-error.js';
import { indexOfPosition, placeAt } from '../migrations/errors/source-location.js';
import { MetaCommand, splitStatements } from '../postgres/sql-statements.js';
import { replaceMissingExtension, type MigrationsFolder } from '../migrations/migrations.js';
import type { BuildEnvironment, BuildPlan, OnSql } from './environment.js';
import type { Platform } from './platforms/platform.js';
import { missingExtensions, platformOf } from './platforms/platforms.js';

type Surroundings = Pick<BuildEnvironment, 'notice' | 'onSql'>;

/**
 * What comes before the migrations: the platform, the roles that they grant to, the set-up file, and what the tool sends when
 * it connects.
 */
export async function prepare(
  client: Client,
  { target, folder }: Pick<BuildPlan, 'target' | 'folder'>,
  surroundings: Surroundings,
): Promise<void> {
  const { settings } = target;
  const platform = platformOf(target);
  if (platform) await preparePlatform(client, platform, surroundings);
  for (const role of settings.roles ?? []) await createRole(client, role, surroundings);
  if (settings.setup !== undefined) await runSetup(client, settings.setup, surroundings, platform);
  await setUpSchemas(client, folder, surroundings);
  for (const sql of folder.onConnect ?? []) await sendForTool(client, sql, folder, surroundings);
}

/** The schemas of the tool's configuration, the first of which gets what the migrations do not qualify. */
async function setUpSchemas(client: Client, folder: MigrationsFolder, surroundings: Surroundings) {
  const { ownSchemas = [] } = folder;
  const [home] = ownSchemas;
  if (home === undefined) return;
  for (const schema of ownSchemas)
    await sendForTool(client, `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`, folder, surroundings);
  await setSearchPath(client, `${quoteIdentifier(home)}, "$user", public`);
}

/** For all sessions in the database. */
async function setSearchPath(client: Client, searchPath: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT pg_catalog.current_database() AS name');
  await client.query(
    `ALTER DATABASE ${quoteIdentifier(rows[0]?.name ?? '')} SET search_path TO ${searchPath}`,
  );
}

async function sendForTool(
  client: Client,
  sql: string,
  { layout, dir }: MigrationsFolder,
  { onSql }: Surroundings,
): Promise<void> {
  try {
    await send(client, sql, onSql);
  } catch (error) {
    const refusal = databaseErrorIn(error);
    throw new DriftmarkError(
      'migration-failed',
      `Could not run a statement that ${layout} sends before the migrations: ${messageOf(error)}`,
      {
        place: { file: dir },
        details: [{ label: 'SQL', text: sql }],
        remedy: (refusal && databaseRemedy(refusal)) ?? `Check the configuration of ${layout}.`,
        cause: error,
      },
    );
  }
}

async function preparePlatform(
  client: Client,
  platform: Platform,
  surroundings: Surroundings,
): Promise<void> {
  const { roles, setup, searchPath } = platform;
  for (const [role, options] of roles) await createRole(client, role, surroundings, options);
  try {
    await send(client, setup, surroundings.onSql);
    await setSearchPath(client, searchPath);
  } catch (error) {
    throw new DriftmarkError('config', `Could not set up the platform: ${messageOf(error)}`, {
      remedy: 'Use a scratch server on which driftmark is a superuser and which has the contrib extensions.',
      cause: error,
    });
  }
}

async function createRole(
  client: Client,
  role: string,
  { notice, onSql }: Surroundings,
  options = 'NOLOGIN',
): Promise<void> {
  const { rowCount } = await client.query(
    'SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) $1',
    [role],
  );
  if (rowCount !== 0) return;
  try {
    await send(client, `CREATE ROLE ${quoteIdentifier(role)} ${options}`, onSql);
  } catch (error) {
    // Another target, built at the same time, was faster.
    if (['42710', '23505'].includes(codeOf(error) ?? '')) return;
    notice(`The role ${role} could not be created: ${messageOf(error)}`);
  }
}

async function runSetup(
  client: Client,
  file: string,
  { notice, onSql }: Surroundings,
  platform: Platform | undefined,
): Promise<void> {
  const sql = await readFile(file, 'utf8').catch((error: unknown) => {
    const isMissing = codeOf(error) === 'ENOENT';
    throw new DriftmarkError(
      'config',
      isMissing ? 'The set-up file does not exist.' : `Could not read the set-up file: ${messageOf(error)}.`,
      {
        place: { file },
        remedy: 'Correct the setting `setup`: a path relative to the config.',
        cause: error,
      },
    );
  });
  const missing = platform && missingExtensions(platform, notice);
  let at = 0;
  try {
    for (const { text, start } of splitStatements(sql)) {
      at = start;
      if (missing && (await replaceMissingExtension(client, text, missing))) continue;
      await send(client, text, onSql);
    }
  } catch (error) {
    throw setupFailure(file, sql, at, error);
  }
}

async function send(client: Client, sql: string, onSql: OnSql | undefined): Promise<void> {
  const began = performance.now();
  await client.query(sql);
  onSql?.(sql, performance.now() - began);
}

/** A statement of the set-up file, which begins at an index of it, that PostgreSQL refused. */
function setupFailure(file: string, sql: string, start: number, error: unknown): DriftmarkError {
  const refusal = databaseErrorIn(error);
  const position = Number(refusal?.position ?? 1);
  const at = error instanceof MetaCommand ? error.index : start + indexOfPosition(sql.slice(start), position);
  return new DriftmarkError('config', `The set-up file failed: ${messageOf(error)}`, {
    place: { file, ...placeAt(sql, at) },
    details: (refusal ? databaseDetails(refusal) : []).filter(({ label }) => label !== 'position'),
    remedy: (refusal && databaseRemedy(refusal)) ?? 'Fix the SQL, or correct the setting `setup`.',
    cause: error,
  });
}
