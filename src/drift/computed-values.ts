import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MigrationsFolder } from '../migrations/migrations.js';
import type { ExplainedChange } from '../outcome.js';
import type { Change } from '../schema/compare.js';
import { KINDS } from '../schema/kinds.js';
import { fieldsOf, type Schema } from '../schema/model.js';

/** Tells whether the file of a migration contains a string. */
export async function writtenIn({
  migrations,
}: Pick<MigrationsFolder, 'migrations'>): Promise<(text: string) => boolean> {
  const texts = await Promise.all(migrations.map(({ file }) => readFile(file, 'utf8').catch(() => '')));
  return (text) => texts.some((each) => each.includes(text));
}

/** The notice about a value that a migration computes when it runs: the property, the migration, and a remedy. */
export function noticeOfComputed(
  { change, migration, migrationFile }: ExplainedChange,
  { namespaces }: Schema,
  cwd: string,
): string {
  const { kind, identity } = change;
  const fact = change.type === 'changed' ? change.fact : '';
  const property = PROPERTIES[fact] ?? fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const name = (identity[0] === namespaces[0] ? identity.slice(1) : identity).join('.');
  const file =
    migrationFile === undefined ? (migration ?? 'the migration command') : path.relative(cwd, migrationFile);
  const consequence = property.endsWith('s')
    ? `are computed when ${file} runs, so they differ in every database.`
    : `is computed when ${file} runs, so it differs in every database.`;
  return (
    `The ${property} of ${KINDS[kind].noun} ${name} ${consequence} ` +
    remedyOf(change, /\.[cm]?[jt]s$/.test(file))
  );
}

/** What a property is called, if its name does not say. */
const PROPERTIES: Readonly<Record<string, string>> = { partitionOf: 'partition bound' };

function remedyOf(change: Change, isCode: boolean): string {
  if (change.type !== 'changed' || change.fact !== 'default') return 'Write a constant in the migration.';
  const { type } = fieldsOf(change.after);
  const call = /^(timestamp|date|time)/.test(String(type))
    ? isCode
      ? 'knex.fn.now()'
      : 'now()'
    : type === 'uuid'
      ? isCode
        ? "knex.raw('gen_random_uuid()')"
        : 'gen_random_uuid()'
      : undefined;
  return call === undefined
    ? 'Write a constant, or an expression that PostgreSQL evaluates for each row.'
    : `Write \`${call}\`, which PostgreSQL evaluates for each row.`;
}
