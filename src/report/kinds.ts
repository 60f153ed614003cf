import type { KindReports } from './kind-report.js';
import { check, exclusionConstraint, foreignKey } from './kinds/constraints.js';
import { index } from './kinds/index-kind.js';
import { extension, namespace } from './kinds/namespaces.js';
import { sequence } from './kinds/sequence.js';
import { table } from './kinds/table.js';
import { collation, compositeType, domain, domainConstraint, enumType, rangeType } from './kinds/types.js';

/** How each kind stands in a report, in the order of its sections. */
export const KIND_REPORTS: KindReports = {
  namespace,
  extension,
  enum: enumType,
  domain,
  domainConstraint,
  compositeType,
  rangeType,
  collation,
  sequence,
  table,
  column: { layout: 'columns' },
  index,
  foreignKey,
  check,
  exclusionConstraint,
};
