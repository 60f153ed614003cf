import { displayPath } from '../errors/source-location.js';
import { refusal, type SqlSource } from './sql-files.js';
import type { Replacement } from './text-pieces.js';

/** `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}` and `${VAR?message}`: `interpolate` in goose's parser. */
const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?])([^{}]*))?\})/g;

/**
 * The environment variables of goose between `ENVSUB ON` and `ENVSUB OFF`, with the values of the setting `placeholders`: the
 * environment of a check is not that of a deployment.
 *
 * @param start UTF-16 index of the line in the file
 * @throws DriftmarkError `migrations-invalid` for a variable without a value
 */
export function environmentVariablesIn(
  line: string,
  values: Readonly<Record<string, string>>,
  file: SqlSource,
  start: number,
): readonly Replacement[] {
  return [...line.matchAll(VARIABLE)].map(
    ({ 0: text, 1: bare, 2: braced, 3: operator, 4: fallback, index }) => {
      const name = bare ?? braced ?? '';
      const value = valueOf(values[name], operator, fallback);
      if (value === undefined)
        throw refusal(
          file,
          `${displayPath(file.file)}: the environment variable ${text} has no value.`,
          `Set \`placeholders: { ${name}: '…' }\` in the config.`,
          start + index,
        );
      return { index, length: text.length, value };
    },
  );
}

/** With a colon in the operator, an empty value counts as not set, as in a shell. */
function valueOf(own: string | undefined, operator = '', fallback?: string): string | undefined {
  const isSet = own !== undefined && !(own === '' && operator.startsWith(':'));
  if (isSet) return own;
  return operator.endsWith('-') ? fallback : undefined;
}
