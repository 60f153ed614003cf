import type { DefaultPrivileges } from '../../schema/kinds/default-privileges.js';
import { field, identifier, oneOf, required, type Codec } from '../grammar.js';
import type { ListKind } from '../kind-report.js';

/** A name, or a phrase for the empty name. */
function nameOr(phrase: string): Codec<string> {
  return {
    print: (name, scope) => (name === '' ? phrase : identifier.print(name, scope)),
    parse: (cursor, scope) => (cursor.take(phrase) ? '' : identifier.parse(cursor, scope)),
  };
}

export const defaultPrivileges: ListKind<DefaultPrivileges> = {
  layout: 'list',
  heading: 'Default privileges',
  line: [
    required(field('on', oneOf('tables', 'sequences', 'functions', 'types', 'schemas', 'large objects'))),
    required(field('schema', nameOr('every schema'), ' in ')),
    required(field('role', nameOr('the owner'), ' of ')),
  ],
};
