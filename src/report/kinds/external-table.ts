import type { ExternalTable } from '../../schema/kinds/external-table.js';
import { ownName, required } from '../grammar.js';
import { lineEach } from '../items.js';
import type { SectionKind } from '../kind-report.js';
import { behaviour } from './table.js';

export const externalTable: SectionKind<ExternalTable> = {
  layout: 'section',
  title: 'Additions to',
  head: [required(ownName())],
  isRelation: true,
  subsections: { Options: lineEach<ExternalTable>(...behaviour<ExternalTable>()) },
};
