import { KINDS } from '../schema/kinds.js';
import { byCodePoint, mapKinds, type Schema } from '../schema/model.js';
import type { Report } from '../report/report.js';
import { escapeControls } from '../util/escape-controls.js';

/** The version of this format. It rises when a field changes its meaning or is removed. */
const VERSION = 1;

/** What `driftmark show --as json` prints: a schema as data, and the header of its report. */
export interface SchemaDocument extends Omit<Report, 'diagram'> {
  /** The version of this format. It rises when a field changes its meaning or is removed, not when one is added. */
  readonly version: typeof VERSION;
}

/** The same schema always has its keys in the same order: a database and its report give the same bytes. */
function withSortedKeys({ namespaces, objects }: Schema): Schema {
  return {
    namespaces,
    objects: mapKinds((kind) => {
      const { identity, facts } = KINDS[kind];
      return objects[kind].map((object) => sorted(object, [...identity, ...Object.keys(facts)]));
    }),
  };
}

/** A copy with the keys in the given order. Objects in it have theirs in alphabetical order. */
function sorted<V>(value: V, order?: readonly string[]): V {
  if (Array.isArray(value)) return value.map((each: unknown) => sorted(each)) as V;
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = order
    ? order.filter((key) => fields[key] !== undefined)
    : Object.keys(fields).sort(byCodePoint);
  return Object.fromEntries(keys.map((key) => [key, sorted(fields[key])])) as V;
}

/**
 * A report for programs. docs/schemas/schema.schema.json.
 * Control characters are escaped as JSON escapes them: nothing is lost, and nothing harms a terminal.
 */
export function renderSchemaJson({ format, name, command, irreversible, schema }: Report): string {
  const document: SchemaDocument = {
    version: VERSION,
    format,
    name,
    command,
    irreversible,
    schema: withSortedKeys(schema),
  };
  return `${JSON.stringify(document, null, 2).split('\n').map(escapeControls).join('\n')}\n`;
}
