import type { Kind } from '../schema/kinds.js';
import type { AnyKindReport, KindReports } from './kind-report.js';
import { namespace, extension } from './kinds/namespaces.js';
import {
  enumDefinition,
  domain,
  domainConstraint,
  compositeType,
  rangeType,
  collation,
} from './kinds/types.js';
import { sequence } from './kinds/sequence.js';
import { table } from './kinds/table.js';
import { column } from './kinds/column.js';
import { index } from './kinds/index-definition.js';
import { foreignKey, check, exclusionConstraint } from './kinds/constraints.js';
import { externalTable } from './kinds/external-table.js';
import { externalObject } from './kinds/external-object.js';
import { view, materializedView } from './kinds/view.js';
import { trigger, eventTrigger } from './kinds/trigger.js';
import { rule } from './kinds/rule.js';
import { policy } from './kinds/policy.js';
import { statistics } from './kinds/statistics.js';
import { functionDefinition, procedure } from './kinds/routine.js';
import { aggregate } from './kinds/aggregate.js';
import { operator, cast } from './kinds/operators.js';
import { textSearchConfiguration, textSearchDictionary } from './kinds/text-search.js';
import { foreignDataWrapper, foreignServer, userMapping, foreignTable } from './kinds/foreign.js';
import { publication, subscription } from './kinds/replication.js';
import { defaultPrivileges } from './kinds/default-privileges.js';
import { uncovered } from './kinds/unmodelled.js';

/** How each kind stands in a report, in the order of its sections. */
export const KIND_REPORTS: KindReports = {
  namespace,
  extension,
  defaultPrivileges,
  enum: enumDefinition,
  domain,
  domainConstraint,
  compositeType,
  rangeType,
  collation,
  sequence,
  table,
  foreignTable,
  view,
  materializedView,
  externalTable,
  column,
  index,
  foreignKey,
  check,
  exclusionConstraint,
  trigger,
  policy,
  rule,
  statistics,
  function: functionDefinition,
  procedure,
  aggregate,
  operator,
  cast,
  textSearchConfiguration,
  textSearchDictionary,
  foreignDataWrapper,
  foreignServer,
  userMapping,
  publication,
  subscription,
  eventTrigger,
  externalObject,
  uncovered,
};

/** The report of a kind, for code that treats all kinds alike. */
export const kindReport = (kind: Kind) => KIND_REPORTS[kind] as unknown as AnyKindReport;
