import { isDeepStrictEqual } from 'node:util';
import { quoteIdentifier } from '../postgres/quoting.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { identityOf, keyOf, type ObjectsByKind, type Schema } from '../schema/model.js';

/** What no schema can be called. */
export const PLACEHOLDER_SCHEMA = '\0';

const isBare = (name: string) => /^[a-z_][a-z0-9_$]*$/.test(name);
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const written = (name: string) =>
  [quoteIdentifier(name), ...(isBare(name) ? [name] : [])].map(escaped).join('|');

/** The name of a schema where it qualifies another name, with its dot. */
export const qualifierPattern = (name: string) => new RegExp(`(?<![\\w$".])(?:${written(name)})\\.`, 'g');

/** The name of a schema wherever it stands as a word of its own. */
export const wordPattern = (name: string) =>
  new RegExp(`${escaped(quoteIdentifier(name))}|(?<![\\w$])${escaped(name)}(?![\\w$])`, 'g');

/** A value with every text in it changed. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => withTexts(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, withTexts(each, change)]));
}

/** Tells whether a schema mentions a name anywhere. */
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
 * A tenant's schema, in the words of the report wherever that differs in nothing but the schema's name which somebody has
 * spelled out: in the body of a function, its search_path, a trigger's argument. Who may do what is no such text.
 */
export function renameInText(
  report: Schema,
  live: Schema,
  { tenant, home }: { readonly tenant: string; readonly home: string },
): Schema {
  const word = wordPattern(tenant);
  const spellings = [...new Set([home, isBare(home) ? home : quoteIdentifier(home)])];
  const said = (value: unknown, meant: unknown): unknown =>
    spellings.some((name) =>
      isDeepStrictEqual(
        withTexts(value, (text) => text.replace(word, () => name)),
        meant,
      ),
    )
      ? meant
      : value;
  const objects = ALL_KINDS.map((kind): [Kind, readonly AnyObject[]] => {
    const facts = Object.entries(KINDS[kind].facts).flatMap(([fact, means]) =>
      means === 'privileges' ? [] : [fact],
    );
    const all: readonly AnyObject[] = report.objects[kind];
    const reported = new Map(all.map((object) => [keyOf(identityOf(kind, object)), object]));
    const inWords = (object: AnyObject): AnyObject => {
      const meant = reported.get(keyOf(identityOf(kind, object))) as Fields | undefined;
      const own = object as unknown as Fields;
      if (!meant) return object;
      const told = facts.filter((fact) => own[fact] !== undefined && meant[fact] !== undefined);
      return { ...object, ...Object.fromEntries(told.map((fact) => [fact, said(own[fact], meant[fact])])) };
    };
    return [kind, (live.objects[kind] as readonly AnyObject[]).map(inWords)];
  });
  return { ...live, objects: Object.fromEntries(objects) as unknown as ObjectsByKind };
}

type Fields = Readonly<Record<string, unknown>>;
