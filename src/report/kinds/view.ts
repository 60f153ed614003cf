import type { MaterializedView, View } from '../../schema/kinds/view.js';
import { expression, field, identifier, listOf, oneOf, ownName, required } from '../grammar.js';
import { lineEach } from '../items.js';
import type { SectionKind } from '../kind-report.js';

export const view: SectionKind<View> = {
  layout: 'section',
  title: 'View',
  head: [required(ownName())],
  isRelation: true,
  bodies: [{ field: 'definition', label: 'definition' }],
  subsections: {
    Options: lineEach<View>(
      field('owner', identifier, 'owner '),
      field('checkOption', oneOf('local', 'cascaded'), 'check option '),
      field('options', listOf(expression), 'options '),
    ),
  },
};

export const materializedView: SectionKind<MaterializedView> = {
  layout: 'section',
  title: 'Materialized view',
  head: [required(ownName())],
  isRelation: true,
  bodies: [{ field: 'definition', label: 'definition' }],
  subsections: {
    Options: lineEach<MaterializedView>(
      field('owner', identifier, 'owner '),
      field('options', listOf(expression), 'storage parameters '),
      field('toastOptions', listOf(expression), 'toast parameters '),
      field('accessMethod', identifier, 'access method '),
      field('tablespace', identifier, 'tablespace '),
    ),
  },
};
