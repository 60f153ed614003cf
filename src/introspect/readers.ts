import { column } from './kinds/column.js';
import { check, exclusionConstraint, foreignKey } from './kinds/constraints.js';
import { index } from './kinds/index-kind.js';
import { extension, namespace } from './kinds/namespaces.js';
import { sequence } from './kinds/sequence.js';
import { table } from './kinds/table.js';
import { collation, compositeType, domain, domainConstraint, enumType, rangeType } from './kinds/types.js';
import type { Readers } from './reader.js';

/** How every kind is read. */
export const READERS: Readers = {
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
  column,
  index,
  foreignKey,
  check,
  exclusionConstraint,
};
