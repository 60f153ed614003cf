import fc, { type Arbitrary } from 'fast-check';
import type { Report } from '#src/report/report.js';
import { ALL_KINDS, type AnyObject, type Kind, type ObjectByKind } from '#src/schema/kinds.js';
import { canonical, identityOf, noObjects, orderNamespaces, type Schema } from '#src/schema/model.js';
import { objectsIn } from './arbitrary-objects.js';
import type { Place } from './arbitrary-parts.js';
import { name, text } from './arbitrary-values.js';

const RELATIONS = ['table', 'foreignTable', 'view', 'materializedView', 'compositeType'] as const;

/** Any report in the format `full`, with every kind of object, and all sorts of names and strings. */
export const fullReport: Arbitrary<Report> = fc
  .record({
    name: text,
    command: text.filter((command) => command !== ''),
    irreversible: fc.uniqueArray(name, { maxLength: 2 }),
    diagram: fc.constantFrom({}, { diagram: true as const }),
    namespaces: fc.oneof(fc.constant(['public']), fc.uniqueArray(name, { minLength: 1, maxLength: 3 })),
  })
  .chain(({ namespaces, diagram, ...head }) =>
    schemaIn(orderNamespaces(namespaces)).map((schema): Report => ({
      format: 'full',
      ...head,
      ...diagram,
      schema,
    })),
  );

function schemaIn(namespaces: readonly string[]): Arbitrary<Schema> {
  const schema = fc.constantFrom(...namespaces);
  const place = fc.record({ kind: fc.constantFrom(...RELATIONS), schema, name }, { noNullPrototype: true });
  const sameName = { selector: (each: Place) => JSON.stringify([each.schema, each.name]) };
  const inReport = fc.uniqueArray(place, { ...sameName, minLength: 1, maxLength: 4 });
  const external = fc.record(
    {
      kind: fc.constant('externalTable' as const),
      schema: name.filter((other) => !namespaces.includes(other)),
      name,
    },
    { noNullPrototype: true },
  );
  const elsewhere = fc.uniqueArray(external, { ...sameName, maxLength: 2 });
  const places = fc
    .tuple(inReport, elsewhere)
    .map(([relations, others]): readonly Place[] => [...relations, ...others]);
  const domain = fc.record({ schema, name }, { noNullPrototype: true });
  const domains = fc.uniqueArray(domain, {
    selector: (each) => JSON.stringify(each),
    minLength: 1,
    maxLength: 2,
  });
  return fc.tuple(places, domains).chain(([relations, someDomains]) => {
    const arbitraries = objectsIn({
      schema,
      relation: fc.constantFrom(...relations),
      domain: fc.constantFrom(...someDomains),
    });
    const some = <K extends Kind>(kind: K): Arbitrary<readonly AnyObject[]> => {
      const atPlaces = relations.filter((relation) => relation.kind === kind);
      const each: Arbitrary<ObjectByKind[K]> = arbitraries[kind];
      if (RELATIONS.some((relation) => relation === kind))
        return fc.tuple(
          ...atPlaces.map((at) => each.map((facts) => ({ ...facts, schema: at.schema, name: at.name }))),
        );
      if (kind === 'externalTable')
        return (
          fc
            .tuple(
              ...atPlaces.map((at) => each.map((facts) => ({ ...facts, schema: at.schema, name: at.name }))),
            )
            // A table without properties would not be in the report.
            .map((tables) => tables.filter((table) => Object.keys(table).length > 2))
        );
      if (kind === 'domain')
        return fc.tuple(...someDomains.map((at) => each.map((facts) => ({ ...facts, ...at }))));
      if (kind === 'namespace')
        return fc.tuple(...namespaces.map((at) => each.map((facts) => ({ ...facts, name: at }))));
      return fc.uniqueArray(each, {
        selector: (object) => JSON.stringify(identityOf(kind, object)),
        maxLength: 2,
      });
    };
    return fc.tuple(...ALL_KINDS.map(some)).map((lists) => {
      const objects = Object.fromEntries(ALL_KINDS.map((kind, at) => [kind, lists[at] ?? []]));
      return canonical({ namespaces, objects: { ...noObjects(), ...objects } });
    });
  });
}
