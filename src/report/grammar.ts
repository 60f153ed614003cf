import { codeSpan, encodeExpression, encodeIdentifier, encodeSqlName } from './markdown/text.js';
import { decodeExpressionAt, decodeIdentifiers, type Cursor } from './cursor.js';

/**
 * The grammar of the lines of a report. Each piece can print a value and parse it again, so that a line that is declared
 * with these pieces needs no separate parser.
 */

/** How names and expressions are printed in a line. */
interface Style {
  /** A name, or the name of a schema and a name. */
  readonly names: (...names: readonly string[]) => string;
  readonly expression: (text: string) => string;
  readonly sqlName: (text: string) => string;
}

/** Prints each value in a code span, so that it can be parsed. */
const MARKDOWN: Style = {
  names: (...names) => codeSpan(names.map(encodeIdentifier).join('.')),
  expression: (text) => codeSpan(encodeExpression(text)),
  sqlName: (text) => codeSpan(encodeSqlName(text)),
};

/** Prints values without Markdown, for messages. The result cannot be parsed. */
export const WORDS: Style = {
  names: (...names) => names.map(encodeIdentifier).join('.'),
  expression: (text) => text,
  sqlName: (text) => text,
};

/** Options that are the same for all lines of a report. */
export interface Scope {
  /** The schema whose objects are not qualified. */
  readonly home: string;
  /** Default: Markdown. */
  readonly style?: Style;
}

const styleOf = ({ style = MARKDOWN }: Scope) => style;

/** Prints and parses one value. */
export interface Codec<V> {
  /** The beginning of every printed value, by which the parser can tell whether a value follows. */
  readonly opens?: string;
  readonly print: (value: V, scope: Scope) => string;
  readonly parse: (cursor: Cursor, scope: Scope) => V;
}

/** A piece of a line: a property of an object. Prints an empty string if the object does not have the property. */
export interface Part<O> {
  /** The property that it prints, or the first one of several. */
  readonly field: keyof O & string;
  /** The property with the words before it. */
  readonly print: (object: O, scope: Scope) => string;
  /** The value of the property alone. */
  readonly value: (object: O, scope: Scope) => string;
  /** True if the value needs no name of the property: `not valid`, `initially deferred`. */
  readonly isPhrase?: true;
  /** The parts, if it prints several properties. */
  readonly parts?: readonly Part<O>[];
  /** Parses the property into `object`. Returns false and does not move the cursor if the property is not next. */
  readonly parse: (cursor: Cursor, object: Draft<O>, scope: Scope) => boolean;
}

/** An object while it is being parsed. */
export type Draft<O> = { -readonly [F in keyof O]?: O[F] };

/** An identifier in a code span. */
export const identifier: Codec<string> = {
  opens: '`',
  print: (name, scope) => styleOf(scope).names(name),
  parse: (cursor) => {
    const [name, more] = decodeIdentifiers(cursor.span(), cursor);
    return name === undefined || more !== undefined ? cursor.fail('a name without qualification') : name;
  },
};

/** The name of an object in a schema. It is qualified unless the schema is the first one of the report. */
export const qualifiedName: Codec<{ readonly schema: string; readonly name: string }> = {
  opens: '`',
  print: ({ schema, name }, scope) =>
    schema === scope.home ? styleOf(scope).names(name) : styleOf(scope).names(schema, name),
  parse: (cursor, { home }) => {
    const [first, second, third] = decodeIdentifiers(cursor.span(), cursor);
    if (first === undefined || third !== undefined) return cursor.fail('a name');
    return second === undefined ? { schema: home, name: first } : { schema: first, name: second };
  },
};

/** An expression, a type or any other string, in a code span. */
export const expression: Codec<string> = {
  opens: '`',
  print: (text, scope) => styleOf(scope).expression(text),
  parse: (cursor) => decodeExpressionAt(cursor.span(), cursor),
};

/** The name of a type, collation, operator class or similar object as SQL, in a code span. */
export const sqlName: Codec<string> = {
  opens: '`',
  print: (text, scope) => styleOf(scope).sqlName(text),
  parse: (cursor) => decodeExpressionAt(cursor.span(), cursor),
};

/** An integer, without a code span. */
export const integer: Codec<number> = {
  print: String,
  parse: (cursor) => Number(cursor.match(/-?\d+/) ?? cursor.fail('a number')),
};

/** An integer of up to 64 bits, without a code span. */
export const bigInteger: Codec<string> = {
  print: String,
  parse: (cursor) => cursor.match(/-?\d+/) ?? cursor.fail('a number'),
};

/** A number that may have a fraction, without a code span. */
export const decimalNumber: Codec<number> = {
  print: String,
  parse: (cursor) => Number(cursor.match(/-?[\d.]+(?:e[+-]?\d+)?/) ?? cursor.fail('a number')),
};

/** One of several words or phrases, without a code span. */
export function oneOf<W extends string>(...words: readonly W[]): Codec<W> {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  return {
    print: (word) => word,
    parse: (cursor) =>
      longestFirst.find((word) => cursor.take(word)) ?? cursor.fail(`one of: ${words.join(', ')}`),
  };
}

/** A list of values with a separator. */
export function listOf<V>(item: Codec<V>, between = ', '): Codec<readonly V[]> {
  return {
    ...(item.opens !== undefined && { opens: item.opens }),
    print: (values, scope) => values.map((value) => item.print(value, scope)).join(between),
    parse: (cursor, scope) => {
      const values = [item.parse(cursor, scope)];
      // The separator may also begin the next property of the line.
      while (cursor.sees(between + (item.opens ?? '')) && cursor.take(between))
        values.push(item.parse(cursor, scope));
      return values;
    },
  };
}

/** A value in parentheses or other brackets. An empty list is a pair of brackets. */
export function enclosed<V>(inner: Codec<V>, open = '(', close = ')'): Codec<V> {
  return {
    opens: open,
    print: (value, scope) => open + (isEmptyList(value) ? '' : inner.print(value, scope)) + close,
    parse: (cursor, scope) => {
      cursor.expect(open);
      if (cursor.take(close)) return [] as V;
      const value = inner.parse(cursor, scope);
      cursor.expect(close);
      return value;
    },
  };
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

/** An object as a value. */
export function record<O extends object>(...parts: readonly Part<O>[]): Codec<O> {
  return {
    print: (object, scope) => printParts(parts, object, scope),
    parse: (cursor, scope) => parseParts(parts, cursor, {}, scope) as O,
  };
}

const isAbsent = (value: unknown) => value === undefined || value === null;

const valuePrinter =
  <O, F extends keyof O & string>(name: F, codec: Codec<NonNullable<O[F]>>) =>
  (object: O, scope: Scope): string => {
    const value = object[name];
    return value === undefined || value === null ? '' : codec.print(value, scope);
  };

/** A property, with the words before it. */
export function field<O, F extends keyof O & string>(
  name: F,
  codec: Codec<NonNullable<O[F]>>,
  before = '',
): Part<O> {
  const value = valuePrinter(name, codec);
  return {
    field: name,
    print: (object, scope) => (isAbsent(object[name]) ? '' : before + value(object, scope)),
    value,
    parse: (cursor, object, scope) => {
      if (!cursor.sees(before + (codec.opens ?? '')) || !cursor.take(before)) return false;
      object[name] = codec.parse(cursor, scope);
      return true;
    },
  };
}

/** A property with a phrase for each value: `[[true, ' cycle']]`. */
export function phrase<O, F extends keyof O & string>(
  name: F,
  phrases: readonly (readonly [NonNullable<O[F]>, string])[],
): Part<O> {
  const longestFirst = [...phrases].sort(([, a], [, b]) => b.length - a.length);
  const texts = new Map<unknown, string>(phrases);
  // Most objects lack most properties.
  const print = (object: O) => (isAbsent(object[name]) ? '' : (texts.get(object[name]) ?? ''));
  return {
    field: name,
    isPhrase: true,
    print,
    value: (object) => print(object).trim(),
    parse: (cursor, object) => {
      const found = longestFirst.find(([, text]) => cursor.take(text));
      if (found) object[name] = found[0];
      return found !== undefined;
    },
  };
}

/** A property that is `true` or absent. */
export function flag<O, F extends keyof O & string>(name: F, text: string): Part<O> {
  return phrase<O, F>(name, [[true as NonNullable<O[F]>, text]]);
}

/** Properties with commas between them, after `before`. The parts have no space at their beginning. */
export function commas<O>(before: string, parts: readonly Part<O>[]): Part<O> {
  const join = (object: O, scope: Scope) =>
    parts
      .map((part) => part.print(object, scope))
      .filter((text) => text !== '')
      .join(', ');
  return {
    field: parts[0]?.field as keyof O & string,
    parts,
    print: (object, scope) => {
      const printed = join(object, scope);
      return printed === '' ? '' : before + printed;
    },
    value: join,
    parse: (cursor, object, scope) => {
      let found = false;
      let next = 0;
      const readOne = () => {
        if (!cursor.take(found ? ', ' : before)) return false;
        while (next < parts.length && parts[next]?.parse(cursor, object, scope) === false) next++;
        return next++ < parts.length;
      };
      // A comma may also begin the next property of the line.
      while (cursor.attempt(readOne)) found = true;
      return found;
    },
  };
}

/**
 * A property that is an object, whose fields are printed in the line as if they were fields of the outer object.
 * @param start Matches the beginning of the printed property.
 */
export function inline<O, F extends keyof O & string>(
  name: F,
  codec: Codec<NonNullable<O[F]>>,
  start: RegExp,
): Part<O> {
  const value = valuePrinter(name, codec);
  const ahead = new RegExp(`(?=${start.source})`);
  return {
    field: name,
    print: value,
    value,
    parse: (cursor, object, scope) => {
      if (cursor.match(ahead) === undefined) return false;
      object[name] = codec.parse(cursor, scope);
      return true;
    },
  };
}

/** The schema and the name of the object, in one code span. */
export function ownName<O extends { readonly schema: string; readonly name: string }>(): Part<O> {
  const print = (object: O, scope: Scope) => qualifiedName.print(object, scope);
  return {
    field: 'name',
    print,
    value: print,
    parse: (cursor, object, scope) => {
      Object.assign(object, qualifiedName.parse(cursor, scope));
      return true;
    },
  };
}

/** The part that prints a property, on any level. */
export function partFor<O>(parts: readonly Part<O>[], property: string): Part<O> | undefined {
  for (const part of parts) {
    const found = part.parts ? partFor(part.parts, property) : part.field === property ? part : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Prints the parts of an object, one after the other. */
export function printParts<O>(parts: readonly Part<O>[], object: O, scope: Scope): string {
  let line = '';
  for (const part of parts) line += part.print(object, scope);
  return line;
}

/** Parses the parts of an object, in their order. Parts that are not there are skipped. */
export function parseParts<O>(
  parts: readonly Part<O>[],
  cursor: Cursor,
  object: Draft<O>,
  scope: Scope,
): Draft<O> {
  for (const part of parts) part.parse(cursor, object, scope);
  return object;
}

/** A part that every line of its kind has. Parsing fails without it. */
export function required<O>(part: Part<O>): Part<O> {
  return {
    ...part,
    parse: (cursor, object, scope) => part.parse(cursor, object, scope) || cursor.fail(`the ${part.field}`),
  };
}
