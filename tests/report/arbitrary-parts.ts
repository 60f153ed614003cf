import fc, { type Arbitrary } from 'fast-check';
import type { Grant, Revocation } from '#src/schema/definition.js';
import { bigNumber, name, object, text, wholeNumber, yes } from './arbitrary-values.js';

/** What several kinds of objects are made of, and where they stand. */

/** A relation that something can stand in. */
export interface Place {
  readonly kind: 'table' | 'foreignTable' | 'view' | 'materializedView' | 'compositeType' | 'externalTable';
  readonly schema: string;
  readonly name: string;
}

/** Where objects may stand: the relations and domains that exist. */
export interface World {
  readonly schema: Arbitrary<string>;
  readonly relation: Arbitrary<Place>;
  readonly domain: Arbitrary<{ readonly schema: string; readonly name: string }>;
}

const privileges = fc.subarray(['delete', 'insert', 'select', 'update'], { minLength: 1 });
const grant = object<Grant>(
  {
    to: fc.oneof(
      name.filter((role) => role !== 'public'),
      fc.constant('public'),
    ),
    privileges,
  },
  { grantable: yes, by: name },
);
const revocation = fc.oneof(
  object<Omit<Revocation, 'role'>>({ from: fc.constantFrom('public', 'owner'), privileges }, {}),
  fc.record({ from: fc.constant('role' as const), role: name, privileges }, { noNullPrototype: true }),
);
export const granted = {
  grants: fc.array(grant, { minLength: 1, maxLength: 2 }),
  revokes: fc.array(revocation, { minLength: 1, maxLength: 2 }),
};
export const common = { comment: text, owner: name, ...granted };
export const sequenceOptions = {
  start: bigNumber,
  increment: bigNumber,
  minimum: bigNumber,
  maximum: bigNumber,
  cache: bigNumber,
  cycle: yes,
};
export const deferrable = fc.constantFrom('deferrable' as const, 'initially deferred' as const);
export const firing = fc.constantFrom('disabled' as const, 'replica' as const, 'always' as const);
export const action = fc.constantFrom(
  'restrict' as const,
  'cascade' as const,
  'set null' as const,
  'set default' as const,
);
export const qualified = object<{ schema: string; name: string }>({ schema: name, name }, {});
export const bound = object<{ schema: string; table: string; bound: string }>(
  { schema: name, table: name, bound: text },
  {},
);

const keyFacts = {
  collation: text,
  opclass: text,
  descending: yes,
  nulls: fc.constantFrom('first' as const, 'last' as const),
  statistics: wholeNumber,
};
export const key = fc.oneof(
  fc.record({ column: name, ...keyFacts }, { requiredKeys: ['column'], noNullPrototype: true }),
  fc.record({ expression: text, ...keyFacts }, { requiredKeys: ['expression'], noNullPrototype: true }),
);
export const element = fc.tuple(key, text).map(([each, operator]) => ({ ...each, operator }));

/** Puts objects under one of the relations. */
export const underOne =
  (relation: World['relation']) =>
  <O>(each: Arbitrary<O>) =>
    fc.tuple(relation, each).map(([place, facts]) => ({ ...facts, schema: place.schema, table: place.name }));

/** The fields that `underOne` fills. */
export const child = { schema: fc.constant(''), table: fc.constant('') };
