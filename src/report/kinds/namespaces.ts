import type { Extension, Namespace } from '../../schema/kinds/namespaces.js';
import { expression, field, identifier, required } from '../grammar.js';
import type { ListKind } from '../kind-report.js';

export const namespace: ListKind<Namespace> = {
  layout: 'list',
  heading: 'Schemas',
  line: [required(field('name', identifier))],
  isImplied: ({ name, ...facts }) => name === 'public' && Object.keys(facts).length === 0,
};

export const extension: ListKind<Extension> = {
  layout: 'list',
  heading: 'Extensions',
  line: [
    required(field('name', identifier)),
    required(field('schema', identifier, ' in schema ')),
    field('version', expression, ' version '),
  ],
};
