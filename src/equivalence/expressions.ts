import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../schema/compare.js';
import type { ExclusionConstraint } from '../schema/kinds/constraints.js';
import type { IndexKey } from '../schema/kinds/index-definition.js';
import type { AnyObject, Kind, ObjectByKind } from '../schema/kinds.js';

/** For each property with expressions: its value with the text of another copy. */
type Replacements<O> = {
  readonly [F in keyof O & string]?: (
    own: NonNullable<O[F]>,
    again: NonNullable<O[F]>,
  ) => NonNullable<O[F]> | undefined;
};

const whole = <T>(_own: T, again: T): T => again;

const expressions = <K extends IndexKey>(own: readonly K[], again: readonly K[]): readonly K[] =>
  own.map((key, at) => {
    const expression = again[at]?.expression;
    return key.expression === undefined || expression === undefined ? key : { ...key, expression };
  });

/**
 * The properties with expressions that PostgreSQL prints from their parsed form. Another version, or a database that was
 * restored from a dump, may print them differently.
 */
const EXPRESSIONS: { readonly [K in Kind]?: Replacements<ObjectByKind[K]> } = {
  domain: { default: whole },
  domainConstraint: { expression: whole },
  table: { partitionBy: whole },
  column: {
    default: whole,
    generated: (own, { expression }) => ({ ...own, expression }),
  },
  view: { definition: whole },
  materializedView: { definition: whole },
  index: { keys: expressions, predicate: whole },
  check: { expression: whole },
  exclusionConstraint: {
    elements: (own: ExclusionConstraint['elements'], again) => expressions(own, again),
    predicate: whole,
  },
  trigger: { when: whole },
  policy: { using: whole, withCheck: whole },
  rule: { definition: whole },
  statistics: { expressions: whole },
  function: { parameters: whole, sqlBody: whole },
  procedure: { parameters: whole, sqlBody: whole },
  publication: {
    tables: (own, again) =>
      own.map((table) => {
        const filter = again.find(
          ({ schema, name }) => schema === table.schema && name === table.name,
        )?.filter;
        return filter === undefined ? table : { ...table, filter };
      }),
  },
};

export type ExpressionChange = Extract<Change, { readonly type: 'changed' }>;

/** Whether a change is one of a property that both sides have and that differs only in such text. */
export function isExpressionChange(change: Change): change is ExpressionChange {
  if (change.type !== 'changed') return false;
  const { kind, fact, before, after } = change;
  const now = valueOf(after, fact);
  if (valueOf(before, fact) === undefined || now === undefined) return false;
  return isDeepStrictEqual(withExpressionOf(kind, fact, before, after), now);
}

/** The value of a property, with the text that another copy of the object has. */
export function withExpressionOf(kind: Kind, fact: string, own: AnyObject, again: AnyObject): unknown {
  const value = valueOf(again, fact);
  return value === undefined ? undefined : retold(kind, fact)?.(valueOf(own, fact), value);
}

const valueOf = (object: AnyObject, fact: string) =>
  (object as unknown as Readonly<Record<string, unknown>>)[fact];

const retold = (kind: Kind, fact: string) =>
  (EXPRESSIONS[kind] as Readonly<Record<string, (own: unknown, again: unknown) => unknown>> | undefined)?.[
    fact
  ];
