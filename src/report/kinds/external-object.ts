import { ALL_KINDS, KINDS } from '../../schema/kinds.js';
import type { ExternalObject } from '../../schema/kinds/external-object.js';
import { field, flag, identifier, oneOf, qualifiedName, required, type Part } from '../grammar.js';
import type { ListKind } from '../kind-report.js';
import { argumentTypes } from './routine.js';

const type = oneOf(...new Set(ALL_KINDS.map((kind) => KINDS[kind].noun)));

const ROUTINES: readonly string[] = [KINDS.function, KINDS.procedure, KINDS.aggregate].map(
  ({ noun }) => noun,
);

const printPlace: Part<ExternalObject>['print'] = ({ schema, parent, name, ...object }, scope) => {
  if (name === '') return ` ${identifier.print(schema, scope)}`;
  if (parent !== '')
    return ` on ${qualifiedName.print({ schema, name: parent }, scope)}: ${identifier.print(name, scope)}`;
  const hasArguments = object.arguments !== '' || ROUTINES.includes(object.type);
  const types = hasArguments ? ` ${argumentTypes.print(object.arguments, scope)}` : '';
  return ` ${qualifiedName.print({ schema, name }, scope)}${types}`;
};

/** The place and the name: ` `auth`` of a schema, ` `auth.uid` ()`, ` on `auth.users`: `touch``. */
const place: Part<ExternalObject> = {
  field: 'name',
  print: printPlace,
  value: printPlace,
  parse: (cursor, object, scope) => {
    object.parent = '';
    object.arguments = '';
    if (cursor.take(' on ')) {
      const { schema, name: parent } = qualifiedName.parse(cursor, scope);
      cursor.expect(': ');
      Object.assign(object, { schema, parent, name: identifier.parse(cursor, scope) });
      return true;
    }
    cursor.expect(' ');
    if (object.type === KINDS.namespace.noun) {
      Object.assign(object, { schema: identifier.parse(cursor, scope), name: '' });
      return true;
    }
    Object.assign(object, qualifiedName.parse(cursor, scope));
    if (cursor.sees(' (') && cursor.take(' ')) object.arguments = argumentTypes.parse(cursor, scope);
    return true;
  },
};

export const externalObject: ListKind<ExternalObject> = {
  layout: 'list',
  heading: 'Changes in other schemas',
  line: [required(field('type', type)), required(place), flag('dropped', ' dropped')],
};
