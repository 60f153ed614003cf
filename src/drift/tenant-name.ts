import { isDeepStrictEqual } from 'node:util';
import { quoteIdentifier } from '../postgres/quoting.js';
import type { Uncovered } from '../schema/kinds/unmodelled.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { identityOf, keyOf, type ObjectsByKind, type Schema } from '../schema/model.js';

/** Stands for the name of a schema. It cannot occur in an identifier. */
export const PLACEHOLDER_SCHEMA = '\0';

const isBare = (name: string) => /^[a-z_][a-z0-9_$]*$/.test(name);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const written = (name: string) =>
  [quoteIdentifier(name), ...(isBare(name) ? [name] : [])].map(escaped).join('|');

/** Matches the name of a schema, with its dot, before another name. */
export const qualifierPattern = (name: string) => new RegExp(`(?<![\\w$".])(?:${written(name)})\\.`, 'g');

/** Matches the name of a schema as a word. */
export const wordPattern = (name: string) =>
  new RegExp(`${escaped(quoteIdentifier(name))}|(?<![\\w$])${escaped(name)}(?![\\w$])`, 'g');

/** A copy of a value with every string in it replaced. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => withTexts(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, withTexts(each, change)]));
}

/** Finds the names of schemas, as words, in SQL that PostgreSQL printed. */
export function namesAmong(schemas: readonly string[]): (text: string) => readonly string[] {
  const names = new Set(schemas);
  return (text) => {
    const words = text.match(/"(?:[^"]|"")+"|[\w$]+/g) ?? [];
    const found = words.map((word) =>
      word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word,
    );
    return [...new Set(found.filter((name) => names.has(name)))];
  };
}

/** Tells whether any string of a schema contains a name as a word. */
export function mentionsIn({ objects }: Schema): (name: string) => boolean {
  const texts = new Set<string>();
  withTexts(objects, (text) => {
    texts.add(text);
    return text;
  });
  const words = new Set([...texts].flatMap((text) => text.split(/[^\w$]+/)));
  return (name) => (isBare(name) ? words.has(name) : [...texts].some((text) => text.includes(name)));
}

/**
 * A tenant schema in which each property that differs from the report's only by the name of the schema has the
 * report's value: the body of a function, its search_path, the argument of a trigger. Privileges are not changed.
 */
export function renameInText(
  report: Schema,
  live: Schema,
  { tenant, home }: { readonly tenant: string; readonly home: string },
): Schema {
  const word = wordPattern(tenant);
  const spellings = [...new Set([home, isBare(home) ? home : quoteIdentifier(home)])];
  const inBaselineWords = (value: unknown, reported: unknown): unknown =>
    spellings.some((name) =>
      isDeepStrictEqual(
        withTexts(value, (text) => text.replace(word, () => name)),
        reported,
      ),
    )
      ? reported
      : value;
  const objects = ALL_KINDS.map((kind): [Kind, readonly AnyObject[]] => {
    const properties = Object.entries(KINDS[kind].facts).flatMap(([property, changeClass]) =>
      changeClass === 'privileges' ? [] : [property],
    );
    const all: readonly AnyObject[] = report.objects[kind];
    const reported = new Map(all.map((object) => [keyOf(identityOf(kind, object)), object]));
    const renamed = (named: AnyObject): AnyObject => {
      const object = 'hash' in named ? withIdentityIn(named, tenant, home) : named;
      const baseline = reported.get(keyOf(identityOf(kind, object))) as Fields | undefined;
      if (!baseline) return object;
      const own = object as unknown as Fields;
      const shared = properties.filter((each) => own[each] !== undefined && baseline[each] !== undefined);
      const values = shared.map((each) => [each, inBaselineWords(own[each], baseline[each])]);
      return { ...object, ...(Object.fromEntries(values) as object) };
    };
    return [kind, (live.objects[kind] as readonly AnyObject[]).map(renamed)];
  });
  return { ...live, objects: Object.fromEntries(objects) as unknown as ObjectsByKind };
}

/** An object that driftmark does not model is identified by text: `app.cv`, `app.families USING btree`. */
function withIdentityIn(object: Uncovered, tenant: string, home: string): Uncovered {
  const qualifier = isBare(home) ? home : quoteIdentifier(home);
  return { ...object, identity: object.identity.replace(qualifierPattern(tenant), () => `${qualifier}.`) };
}

type Fields = Readonly<Record<string, unknown>>;
