import { codeSpan, encodeExpression, encodeIdentifier, encodeSqlName } from './markdown/text.js';
import { decodeExpressionAt, decodeIdentifiers, type Cursor } from './cursor.js';

/**
 * The grammar of a report's lines, written once for both directions: each piece prints a value and reads it
 * back. A line that is declared with these pieces can be parsed because it can be printed.
 */

/** How names and expressions are written in a line. */
interface Style {
  /** One name, or a name qualified by that of its schema. */
  readonly names: (...names: readonly string[]) => string;
  readonly expression: (text: string) => string;
  readonly sqlName: (text: string) => string;
}

/** Each in a code span, so that it can be read back. */
const MARKDOWN: Style = {
  names: (...names) => codeSpan(names.map(encodeIdentifier).join('.')),
  expression: (text) => codeSpan(encodeExpression(text)),
  sqlName: (text) => codeSpan(encodeSqlName(text)),
};

/** For people, without any marks. It cannot be read back. */
export const WORDS: Style = {
  names: (...names) => names.map(encodeIdentifier).join('.'),
  expression: (text) => text,
  sqlName: (text) => text,
};

/** What holds for all lines of a report. */
export interface Scope {
  /** The schema whose objects stand without qualification. */
  readonly home: string;
  /** Default: Markdown. */
  readonly style?: Style;
}

const styleOf = ({ style = MARKDOWN }: Scope) => style;

/** One value. */
export interface Codec<V> {
  /** What everything printed begins with, where a line may go on with something else instead. */
  readonly opens?: string;
  readonly print: (value: V, scope: Scope) => string;
  readonly parse: (cursor: Cursor, scope: Scope) => V;
}

/** A piece of a line about an object: prints nothing if the object lacks the fact. */
export interface Part<O> {
  /** The fact that it prints; the first one of several. */
  readonly field: keyof O & string;
  /** The fact with the text that announces it. */
  readonly print: (object: O, scope: Scope) => string;
  /** The value of the fact alone. */
  readonly value: (object: O, scope: Scope) => string;
  /** True if the value says which fact it is: `not valid`, `initially deferred`. */
  readonly isPhrase?: true;
  /** The pieces that it is made of, if it prints several facts. */
  readonly parts?: readonly Part<O>[];
  /** Reads the fact into `object`; false, without having moved, if the piece does not come next. */
  readonly parse: (cursor: Cursor, object: Draft<O>, scope: Scope) => boolean;
}

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

/** The name of an object in a schema: qualified unless the schema is the report's first. */
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

/** An expression, a type or any other text, in a code span. */
export const expression: Codec<string> = {
  opens: '`',
  print: (text, scope) => styleOf(scope).expression(text),
  parse: (cursor) => decodeExpressionAt(cursor.span(), cursor),
};

/** SQL's own name of a type, collation, operator class or the like, in a code span. */
export const sqlName: Codec<string> = {
  opens: '`',
  print: (text, scope) => styleOf(scope).sqlName(text),
  parse: (cursor) => decodeExpressionAt(cursor.span(), cursor),
};

/** A whole number, bare. */
export const integer: Codec<number> = {
  print: String,
  parse: (cursor) => Number(cursor.match(/-?\d+/) ?? cursor.fail('a number')),
};

/** A whole number of up to 64 bits, bare. */
export const bigInteger: Codec<string> = {
  print: String,
  parse: (cursor) => cursor.match(/-?\d+/) ?? cursor.fail('a number'),
};

/** A number with or without a fraction, bare. */
export const decimalNumber: Codec<number> = {
  print: String,
  parse: (cursor) => Number(cursor.match(/-?[\d.]+(?:e[+-]?\d+)?/) ?? cursor.fail('a number')),
};

/** One of several words or phrases, bare. */
export function oneOf<W extends string>(...words: readonly W[]): Codec<W> {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  return {
    print: (word) => word,
    parse: (cursor) =>
      longestFirst.find((word) => cursor.take(word)) ?? cursor.fail(`one of: ${words.join(', ')}`),
  };
}

/** Values with something between them. */
export function listOf<V>(item: Codec<V>, between = ', '): Codec<readonly V[]> {
  return {
    ...(item.opens !== undefined && { opens: item.opens }),
    print: (values, scope) => values.map((value) => item.print(value, scope)).join(between),
    parse: (cursor, scope) => {
      const values = [item.parse(cursor, scope)];
      // What comes after the same text may be no further value, but the next fact of the line.
      while (cursor.sees(between + (item.opens ?? '')) && cursor.take(between))
        values.push(item.parse(cursor, scope));
      return values;
    },
  };
}

/** A value between marks: parentheses unless told otherwise. An empty list is a pair of marks with nothing within. */
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

/** A value made of named parts. */
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

/** A fact, after a text that announces it. */
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

/** A fact that one of several phrases stands for: `{ true: ' cycle' }`. */
export function phrase<O, F extends keyof O & string>(
  name: F,
  phrases: readonly (readonly [NonNullable<O[F]>, string])[],
): Part<O> {
  const longestFirst = [...phrases].sort(([, a], [, b]) => b.length - a.length);
  const print = (object: O) => phrases.find(([value]) => value === object[name])?.[1] ?? '';
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

/** A fact that is either there or not. */
export function flag<O, F extends keyof O & string>(name: F, text: string): Part<O> {
  return phrase<O, F>(name, [[true as NonNullable<O[F]>, text]]);
}

/** Facts with commas between those that are there: the first after `before`. Each part's own text has no space before it. */
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
      // What comes after a comma may be no fact of these, but the next one of the line.
      while (cursor.attempt(readOne)) found = true;
      return found;
    },
  };
}

/** A fact whose own fields stand in the line as if they were the object's. */
export function inline<O, F extends keyof O & string>(
  name: F,
  codec: Codec<NonNullable<O[F]>>,
  announces: RegExp,
): Part<O> {
  const value = valuePrinter(name, codec);
  const ahead = new RegExp(`(?=${announces.source})`);
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

/** An object's own schema and name, in one code span. */
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

/** The part that prints a fact, also as one of several. */
export function partFor<O>(parts: readonly Part<O>[], fact: string): Part<O> | undefined {
  for (const part of parts) {
    const found = part.parts ? partFor(part.parts, fact) : part.field === fact ? part : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Prints an object's parts, one after the other. */
export function printParts<O>(parts: readonly Part<O>[], object: O, scope: Scope): string {
  let line = '';
  for (const part of parts) line += part.print(object, scope);
  return line;
}

/** Reads an object's parts, in their order, up to wherever they end. */
export function parseParts<O>(
  parts: readonly Part<O>[],
  cursor: Cursor,
  object: Draft<O>,
  scope: Scope,
): Draft<O> {
  for (const part of parts) part.parse(cursor, object, scope);
  return object;
}

/** A piece that every line of its kind has. */
export function required<O>(part: Part<O>): Part<O> {
  return {
    ...part,
    parse: (cursor, object, scope) => part.parse(cursor, object, scope) || cursor.fail(`the ${part.field}`),
  };
}
