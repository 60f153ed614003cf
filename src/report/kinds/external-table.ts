import type { ExternalTable } from '../../schema/kinds/external-table.js';
import { field, flag, identifier, oneOf, ownName, required } from '../grammar.js';
import { lineEach } from '../items.js';
import type { SectionKind } from '../kind-report.js';
import { storage } from './table.js';

export const externalTable: SectionKind<ExternalTable> = {
  layout: 'section',
  title: 'Additions to',
  head: [required(ownName())],
  isRelation: true,
  subsections: {
    Options: lineEach<ExternalTable>(
      field('owner', identifier, 'owner '),
      flag('unlogged', 'unlogged'),
      ...storage<ExternalTable>(),
      field('replicaIdentity', oneOf('full', 'nothing', 'default'), 'replica identity '),
      field('rowSecurity', oneOf('enabled', 'forced', 'forced but not enabled', 'disabled'), 'row security '),
    ),
  },
};
