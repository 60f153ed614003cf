import type { DefaultPrivileges } from '../../schema/kinds/default-privileges.js';
import { field, oneOf, required } from '../grammar.js';
import { nameOr, roleName } from '../items.js';
import type { ListKind } from '../kind-report.js';

export const defaultPrivileges: ListKind<DefaultPrivileges> = {
  layout: 'list',
  heading: 'Default privileges',
  line: [
    required(field('on', oneOf('tables', 'sequences', 'functions', 'types', 'schemas', 'large objects'))),
    required(field('schema', nameOr('every schema'), ' in ')),
    required(field('role', roleName, ' of ')),
  ],
};
