import fc, { type Arbitrary } from 'fast-check';
import type { ObjectByKind } from '#src/schema/kinds.js';
import {
  action,
  child,
  deferrable,
  element,
  firing,
  key,
  qualified,
  underOne,
  type World,
} from './arbitrary-parts.js';
import { name, names, object, text, texts, wholeNumber, yes } from './arbitrary-values.js';

type Kinds =
  'index' | 'foreignKey' | 'check' | 'exclusionConstraint' | 'trigger' | 'policy' | 'rule' | 'statistics';

/** What stands in a relation. */
export function childrenIn({ schema, relation }: World): {
  readonly [K in Kinds]: Arbitrary<ObjectByKind[K]>;
} {
  const under = underOne(relation);
  return {
    index: under(
      object<ObjectByKind['index']>(
        { ...child, name, keys: fc.array(key, { minLength: 1, maxLength: 3 }) },
        {
          comment: text,
          method: name,
          include: names,
          unique: fc.constantFrom('index', 'constraint', 'primary key'),
          nullsNotDistinct: yes,
          withoutOverlaps: yes,
          deferrable,
          predicate: text,
          options: texts,
          tablespace: name,
          clustered: yes,
          replicaIdentity: yes,
          invalid: yes,
          partitionOf: qualified,
          constraintComment: text,
        },
      ),
    ),
    foreignKey: under(
      object<ObjectByKind['foreignKey']>(
        {
          ...child,
          name,
          columns: names,
          references: object<ObjectByKind['foreignKey']['references']>(
            { schema: name, table: name, columns: names },
            {},
          ),
        },
        {
          comment: text,
          period: yes,
          match: fc.constantFrom('full', 'partial'),
          onUpdate: action,
          onDelete: action,
          onDeleteColumns: names,
          deferrable,
          notValid: yes,
          notEnforced: yes,
        },
      ),
    ).map(({ onDeleteColumns, ...rest }) =>
      rest.onDelete !== undefined && onDeleteColumns ? { ...rest, onDeleteColumns } : rest,
    ),
    check: under(
      object<ObjectByKind['check']>(
        { ...child, name, expression: text },
        { comment: text, noInherit: yes, notValid: yes, notEnforced: yes },
      ),
    ),
    exclusionConstraint: under(
      object<ObjectByKind['exclusionConstraint']>(
        { ...child, name, elements: fc.array(element, { minLength: 1, maxLength: 2 }) },
        {
          comment: text,
          method: name,
          include: names,
          predicate: text,
          deferrable,
          options: texts,
          tablespace: name,
          clustered: yes,
          indexComment: text,
        },
      ),
    ),
    trigger: under(
      object<ObjectByKind['trigger']>(
        {
          ...child,
          name,
          timing: fc.constantFrom('before', 'after', 'instead of'),
          events: fc.subarray(
            ['insert' as const, 'update' as const, 'delete' as const, 'truncate' as const],
            {
              minLength: 1,
            },
          ),
          level: fc.constantFrom('row', 'statement'),
          function: qualified,
        },
        {
          comment: text,
          updateOf: names,
          constraint: yes,
          deferrable,
          from: qualified,
          oldTable: name,
          newTable: name,
          when: text,
          arguments: texts,
          firing,
        },
      ),
    ),
    policy: under(
      object<ObjectByKind['policy']>(
        { ...child, name },
        {
          comment: text,
          restrictive: yes,
          command: fc.constantFrom('select', 'insert', 'update', 'delete'),
          roles: names,
          using: text,
          withCheck: text,
        },
      ),
    ),
    rule: under(
      object<ObjectByKind['rule']>(
        { ...child, name, event: fc.constantFrom('select', 'update', 'insert', 'delete'), definition: text },
        { comment: text, firing },
      ),
    ),
    statistics: fc
      .tuple(
        relation,
        object<ObjectByKind['statistics']>(
          { schema, name, of: qualified },
          {
            comment: text,
            owner: name,
            kinds: fc.subarray(['ndistinct' as const, 'dependencies' as const, 'mcv' as const], {
              minLength: 1,
            }),
            columns: names,
            expressions: texts,
            target: wholeNumber,
          },
        ),
      )
      .map(([place, facts]) => ({ ...facts, of: { schema: place.schema, name: place.name } })),
  };
}
