import fc, { type Arbitrary } from 'fast-check';
import type { ObjectByKind } from '#src/schema/kinds.js';
import { bound, common, granted, qualified, sequenceOptions, type World } from './arbitrary-parts.js';
import { name, object, text, texts, wholeNumber, yes } from './arbitrary-values.js';

const storage = { unlogged: yes, accessMethod: name, tablespace: name, options: texts, toastOptions: texts };

type Kinds =
  'table' | 'foreignTable' | 'view' | 'materializedView' | 'compositeType' | 'externalTable' | 'column';

/** Relations of each kind, and their columns. */
export function relationsIn({ schema, relation }: World): {
  readonly [K in Kinds]: Arbitrary<ObjectByKind[K]>;
} {
  const own = { schema, name };
  return {
    compositeType: object<ObjectByKind['compositeType']>(own, common),
    table: object<ObjectByKind['table']>(own, {
      ...common,
      ...storage,
      partitionBy: text,
      partitionOf: fc.oneof(
        bound,
        fc
          .tuple(relation, text)
          .map(([place, each]) => ({ schema: place.schema, table: place.name, bound: each })),
      ),
      inherits: fc.array(qualified, { minLength: 1, maxLength: 2 }),
      ofType: qualified,
      replicaIdentity: fc.constantFrom('full', 'nothing'),
      rowSecurity: fc.constantFrom('enabled', 'forced', 'forced but not enabled'),
    }),
    foreignTable: object<ObjectByKind['foreignTable']>(
      { ...own, server: name },
      {
        ...common,
        options: texts,
        partitionOf: bound,
        inherits: fc.array(qualified, { minLength: 1, maxLength: 2 }),
      },
    ),
    view: object<ObjectByKind['view']>(
      { ...own, definition: text },
      { ...common, checkOption: fc.constantFrom('local', 'cascaded'), options: texts },
    ),
    materializedView: object<ObjectByKind['materializedView']>(
      { ...own, definition: text },
      { ...common, options: texts, toastOptions: texts, accessMethod: name, tablespace: name },
    ),
    externalTable: object<ObjectByKind['externalTable']>(own, {
      ...common,
      ...storage,
      replicaIdentity: fc.constantFrom('full', 'nothing', 'default'),
      rowSecurity: fc.constantFrom('enabled', 'forced', 'forced but not enabled', 'disabled'),
    }),
    column: fc
      .tuple(
        relation,
        text,
        object<ObjectByKind['column']>(
          { schema: fc.constant(''), relation: fc.constant(''), name },
          {
            comment: text,
            ...granted,
            type: text,
            maxLength: wholeNumber,
            notNull: fc.constantFrom<true | 'not valid' | 'no inherit'>(true, 'not valid', 'no inherit'),
            default: text,
            identity: object<NonNullable<ObjectByKind['column']['identity']>>(
              { generated: fc.constantFrom('always', 'by default') },
              { ...sequenceOptions, sequence: name, unlogged: yes },
            ),
            generated: object<NonNullable<ObjectByKind['column']['generated']>>(
              { kind: fc.constantFrom('stored', 'virtual'), expression: text },
              {},
            ),
            collation: text,
            storage: name,
            compression: name,
            statistics: wholeNumber,
            options: texts,
            foreignOptions: texts,
            inherited: yes,
          },
        ),
      )
      .map(([place, type, facts]) => {
        const at = { schema: place.schema, relation: place.name };
        if (place.kind === 'view' || place.kind === 'materializedView') {
          // A column of a view is in the report only if it has other properties: the query defines its type.
          const { type: _type, maxLength: _length, notNull: _null, ...rest } = facts;
          return { ...rest, ...at, comment: facts.comment ?? 'a column' };
        }
        return { type, ...facts, ...at };
      }),
  };
}
