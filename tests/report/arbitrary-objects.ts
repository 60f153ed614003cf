import fc, { type Arbitrary } from 'fast-check';
import type { Kind, ObjectByKind } from '#src/schema/kinds.js';
import { childrenIn } from './arbitrary-children.js';
import { common, firing, granted, qualified, sequenceOptions, type World } from './arbitrary-parts.js';
import { relationsIn } from './arbitrary-relations.js';
import { fraction, name, names, object, text, texts, wholeNumber, yes } from './arbitrary-values.js';

type Objects = { readonly [K in Kind]: Arbitrary<ObjectByKind[K]> };

/** An arbitrary object of each kind; the compiler asks for every kind. */
export function objectsIn(world: World): Objects {
  const { schema, domain } = world;
  const own = { schema, name };
  const sequenceColumn = object<{ schema: string; table: string; column: string }>(
    { schema: name, table: name, column: name },
    {},
  );
  const routine = object<ObjectByKind['function']>(
    { ...own, arguments: text, language: name },
    {
      ...common,
      parameters: text,
      returns: text,
      volatility: fc.constantFrom('immutable', 'stable'),
      window: yes,
      strict: yes,
      securityDefiner: yes,
      leakproof: yes,
      parallel: fc.constantFrom('safe', 'restricted'),
      cost: fraction,
      rows: fraction,
      support: text,
      transforms: texts,
      settings: texts,
      library: text,
      body: text,
      sqlBody: text.map((body) => `RETURN ${body}`),
    },
  ).map(({ sqlBody, ...rest }) =>
    rest.body === undefined && sqlBody !== undefined ? { ...rest, sqlBody } : rest,
  );
  return {
    ...relationsIn(world),
    ...childrenIn(world),
    namespace: object<ObjectByKind['namespace']>({ name: schema }, common),
    extension: object<ObjectByKind['extension']>({ name, schema: name }, { comment: text, version: text }),
    defaultPrivileges: object<ObjectByKind['defaultPrivileges']>(
      {
        role: fc.oneof(name, fc.constant('')),
        schema: fc.oneof(name, fc.constant('')),
        on: fc.constantFrom('tables', 'sequences', 'functions', 'types', 'schemas', 'large objects'),
      },
      granted,
    ),
    enum: object<ObjectByKind['enum']>({ ...own, values: fc.array(text, { maxLength: 3 }) }, common),
    domain: fc
      .tuple(
        domain,
        object<ObjectByKind['domain']>(
          { schema: fc.constant(''), name: fc.constant(''), type: text },
          { ...common, collation: text, default: text, notNull: yes },
        ),
      )
      .map(([place, facts]) => ({ ...facts, ...place })),
    domainConstraint: fc
      .tuple(
        domain,
        object<ObjectByKind['domainConstraint']>(
          { schema: fc.constant(''), domain: fc.constant(''), name, expression: text },
          { comment: text, notValid: yes },
        ),
      )
      .map(([place, facts]) => ({ ...facts, schema: place.schema, domain: place.name })),
    rangeType: object<ObjectByKind['rangeType']>(
      { ...own, subtype: text },
      {
        ...common,
        opclass: text,
        collation: text,
        canonical: text,
        subtypeDiff: text,
        multirange: name,
        multirangeSchema: name,
      },
    ),
    collation: object<ObjectByKind['collation']>(
      { ...own, provider: text },
      { comment: text, owner: name, locale: text, lcCtype: text, rules: text, nondeterministic: yes },
    ),
    sequence: object<ObjectByKind['sequence']>(
      { ...own, dataType: fc.constantFrom('smallint', 'integer', 'bigint') },
      {
        ...common,
        ...sequenceOptions,
        unlogged: yes,
        ownedBy: sequenceColumn,
        identityOf: sequenceColumn,
      },
    ),
    function: routine,
    procedure: routine,
    aggregate: object<ObjectByKind['aggregate']>(
      { ...own, arguments: text, stateFunction: text, stateType: text },
      {
        ...common,
        stateSpace: wholeNumber,
        finalFunction: text,
        finalExtra: yes,
        finalModify: fc.constantFrom('read_only', 'shareable', 'read_write'),
        combineFunction: text,
        serialFunction: text,
        deserialFunction: text,
        initialCondition: text,
        movingStateFunction: text,
        movingInverseFunction: text,
        movingStateType: text,
        movingStateSpace: wholeNumber,
        movingFinalFunction: text,
        movingFinalExtra: yes,
        movingFinalModify: fc.constantFrom('read_only', 'shareable', 'read_write'),
        movingInitialCondition: text,
        sortOperator: text,
        hypothetical: yes,
        parallel: fc.constantFrom('safe', 'restricted'),
      },
    ),
    operator: object<ObjectByKind['operator']>(
      { ...own, left: text, right: text, function: text },
      {
        comment: text,
        owner: name,
        commutator: text,
        negator: text,
        restrict: text,
        join: text,
        hashes: yes,
        merges: yes,
      },
    ),
    cast: object<ObjectByKind['cast']>(
      { source: text, target: text },
      {
        comment: text,
        function: text,
        method: fc.constantFrom('inout', 'binary'),
        context: fc.constantFrom('assignment', 'implicit'),
      },
    ).map(({ function: by, ...rest }) => ({
      ...rest,
      ...(rest.method === undefined && { function: by ?? '' }),
    })),
    textSearchConfiguration: object<ObjectByKind['textSearchConfiguration']>(
      { ...own, parser: text },
      {
        comment: text,
        owner: name,
        mappings: fc.array(
          object<{ token: string; dictionaries: readonly string[] }>(
            { token: name, dictionaries: texts },
            {},
          ),
          { minLength: 1, maxLength: 2 },
        ),
      },
    ),
    textSearchDictionary: object<ObjectByKind['textSearchDictionary']>(
      { ...own, template: text },
      { comment: text, owner: name, options: text },
    ),
    foreignDataWrapper: object<ObjectByKind['foreignDataWrapper']>(
      { name },
      { ...common, handler: text, validator: text, options: texts },
    ),
    foreignServer: object<ObjectByKind['foreignServer']>(
      { name, wrapper: name },
      { ...common, type: text, version: text, options: texts },
    ),
    userMapping: object<ObjectByKind['userMapping']>(
      { server: name, role: fc.oneof(name, fc.constant('public')) },
      {},
    ),
    publication: object<ObjectByKind['publication']>(
      { name },
      {
        comment: text,
        owner: name,
        allTables: yes,
        tables: fc.array(
          object<NonNullable<ObjectByKind['publication']['tables']>[number]>(
            { schema: name, name },
            { columns: names, filter: text },
          ),
          { minLength: 1, maxLength: 2 },
        ),
        schemas: names,
        operations: fc.subarray(['insert', 'update', 'delete', 'truncate']),
        viaRoot: yes,
        generatedColumns: fc.constant('stored'),
      },
    ),
    subscription: object<ObjectByKind['subscription']>(
      { name, publications: names },
      { comment: text, owner: name, slot: text, options: texts },
    ),
    eventTrigger: object<ObjectByKind['eventTrigger']>(
      { name, event: name, function: qualified },
      { comment: text, owner: name, tags: texts, firing },
    ),
    externalObject: fc
      .tuple(
        fc.constantFrom(
          { type: 'function', parent: fc.constant(''), name, arguments: text },
          { type: 'domain', parent: fc.constant(''), name, arguments: fc.constant('') },
          { type: 'trigger', parent: name, name, arguments: fc.constant('') },
          { type: 'schema', parent: fc.constant(''), name: fc.constant(''), arguments: fc.constant('') },
        ),
        name,
      )
      .chain(([{ type, ...identity }, elsewhere]) =>
        object<ObjectByKind['externalObject']>(
          { ...identity, type: fc.constant(type), schema: fc.constant(`${elsewhere.slice(0, 9)}_elsewhere`) },
          { ...common, dropped: yes },
        ),
      )
      // An object without properties would not be in the report.
      .map((each) => (Object.keys(each).length > 5 ? each : { ...each, dropped: true as const })),
    uncovered: object<ObjectByKind['uncovered']>(
      {
        type: fc.constantFrom('operator class', 'conversion'),
        identity: text,
        hash: fc.constantFrom('0f', 'a1b2c3'),
      },
      {},
    ),
  };
}
