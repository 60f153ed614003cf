import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';
import { runAll } from './project.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

it.each([
  {
    error: 'syntax of MySQL',
    sql: 'create table t (id int not null auto_increment)',
    remedy: /^Check that the migrations are for PostgreSQL/,
  },
  {
    error: 'an extension that only Supabase has',
    sql: 'create extension pg_net',
    remedy: /--scratch-url.*`npx supabase start`/,
  },
  {
    error: 'a schema of an extension that an administrator created',
    sql: "select cron.schedule('nightly', '0 3 * * *', 'select 1')",
    remedy: /^The extension pg_cron creates the schema.*`CREATE EXTENSION pg_cron;`/,
  },
  {
    error: 'a schema that Supabase and other platforms provide',
    sql: 'create table auth.users ()',
    remedy: /platform: 'supabase'.*CREATE SCHEMA auth;.*`setup: 'setup.sql'`/,
  },
])('says what to do about $error', async ({ sql, remedy }) => {
  const { error } = await runAll(test.server, { 'migrations/1_a.sql': sql });
  expect(error?.remedy).toMatch(remedy);
});
