import { readFile } from 'node:fs/promises';
import type { Migration } from '../layout.js';
import type { DataSourceSettings } from './data-source.js';

/** Extensions that TypeORM creates when it connects, if an entity has a column that needs one, and what shows it here. */
const EXTENSIONS: readonly { readonly name: string; readonly mark: RegExp }[] = [
  { name: 'uuid-ossp', mark: /\buuid_generate_v4\s*\(/ },
  { name: 'citext', mark: /\bcitext\b/i },
  { name: 'hstore', mark: /\bhstore\b/i },
  { name: 'ltree', mark: /\bltree\b/i },
  { name: 'postgis', mark: /\b(geometry|geography)\s*\(/i },
];

/**
 * Statements for the extensions that TypeORM would have created before the first migration. It decides by the entities,
 * which are the application; here the migrations decide: one uses the extension, and none creates it.
 * `src/driver/postgres/PostgresDriver.ts`.
 */
export async function extensionsOf(
  migrations: readonly Migration[],
  { installExtensions = true, uuidExtension }: DataSourceSettings,
): Promise<readonly string[]> {
  if (!installExtensions || uuidExtension === 'pgcrypto') return [];
  const texts = await Promise.all(
    [...new Set(migrations.map(({ file }) => file))].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const all = texts.join('\n');
  return EXTENSIONS.filter(({ name, mark }) => mark.test(all) && !creates(name).test(all)).map(
    ({ name }) => `CREATE EXTENSION IF NOT EXISTS "${name}"`,
  );
}

const creates = (name: string) =>
  new RegExp(`create\\s+extension\\s+(if\\s+not\\s+exists\\s+)?\\\\?["']?${name}\\b`, 'i');
