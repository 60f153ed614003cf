import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { identityOf, mapKinds, type Schema } from '../schema/model.js';
import { columnsOf, type Named } from './columns-of.js';

const kindsRecreated = (when: 'always' | 'if mentioned') =>
  ALL_KINDS.filter((kind) => KINDS[kind].recreated === when);

const ALWAYS = kindsRecreated('always');
const IF_MENTIONED: ReadonlySet<Kind> = new Set(kindsRecreated('if mentioned'));

interface Candidate extends Named {
  readonly object: AnyObject;
}

/** A schema without the relations and routines that some objects do not mention, directly or through others. */
export function neededFor(schema: Schema, by: readonly AnyObject[]): Schema {
  const { objects } = schema;
  const columns = columnsOf(schema);
  const words = new Set<string>();
  const isMentioned = ({ name }: Named) => wordsOf(name).every((word) => words.has(word));
  let left = [...IF_MENTIONED].flatMap((kind) => candidatesOf(kind, objects[kind]));
  const always = ALWAYS.flatMap((kind): readonly AnyObject[] => objects[kind]);
  const attributes = objects.compositeType.flatMap((type) => columns(type));
  let found: readonly AnyObject[] = [...by, ...attributes, ...always];
  while (found.length > 0) {
    for (const word of found.flatMap(stringsIn).flatMap(wordsOf)) words.add(word);
    const mentioned = new Set(left.filter(isMentioned));
    found = [...mentioned].flatMap((each) => [each.object, ...columns(each)]);
    left = left.filter((each) => !mentioned.has(each));
  }
  const dropped = new Set(left.map(({ object }) => object));
  return {
    ...schema,
    objects: mapKinds((kind) =>
      IF_MENTIONED.has(kind) ? objects[kind].filter((object) => !dropped.has(object)) : objects[kind],
    ),
  };
}

const candidatesOf = (kind: Kind, objects: readonly AnyObject[]): readonly Candidate[] =>
  objects.map((object) => {
    const [schema = '', name = ''] = identityOf(kind, object);
    return { object, schema, name };
  });

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{M}\p{N}_$]+/gu) ?? [];

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
