import { displayPath } from '../../errors/source-location.js';
import type { Edit } from '../layout.js';
import { refusal, type SqlSource } from '../sql-files.js';
import type { FlywayConfig } from './config.js';

/** Placeholders that Flyway itself defines: "Default placeholders" in its documentation. */
const builtIn = (script: string, defaultSchema: string): Readonly<Record<string, string>> => ({
  'flyway:defaultschema': defaultSchema,
  'flyway:user': 'postgres',
  'flyway:database': 'postgres',
  'flyway:timestamp': '2000-01-01 00:00:00',
  'flyway:filename': script,
  'flyway:workingdirectory': '.',
  'flyway:table': 'flyway_schema_history',
  'flyway:environment': 'default',
});

/** A name as the key of an object. */
const keyOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);

/**
 * Replaces placeholders everywhere, also in comments, strings and bodies, as Flyway does below its tokenizer.
 *
 * @throws DriftmarkError `migrations-invalid` for a placeholder without a value
 */
export function replacePlaceholders(
  source: SqlSource,
  script: string,
  { placeholders, prefix, suffix, schemas }: FlywayConfig,
): { readonly text: string; readonly edits: readonly Edit[] } {
  const edits: Edit[] = [];
  const own = builtIn(script, schemas[0] ?? 'public');
  let text = '';
  let done = 0;
  const sql = source.source;
  for (let at = sql.indexOf(prefix); at !== -1; at = sql.indexOf(prefix, done)) {
    const end = sql.indexOf(suffix, at + prefix.length);
    if (end === -1) break;
    const name = sql.slice(at + prefix.length, end);
    const value = placeholders.get(name.toLowerCase()) ?? own[name.toLowerCase()];
    if (value === undefined)
      throw refusal(
        source,
        `${displayPath(source.file)}: the placeholder ${prefix}${name}${suffix} has no value, which Flyway refuses.`,
        `Set \`placeholders: { ${keyOf(name)}: '…' }\` in the config, add \`flyway.placeholders.${name}=…\` to flyway.conf, or set \`flyway.placeholderReplacement=false\`.`,
        at,
      );
    text += sql.slice(done, at);
    edits.push({ at: text.length, from: end + suffix.length - at, to: value.length });
    text += value;
    done = end + suffix.length;
  }
  return { text: text + sql.slice(done), edits };
}
