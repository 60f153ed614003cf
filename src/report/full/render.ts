import { ALL_KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import type { Granted } from '../../schema/definition.js';
import type { Column } from '../../schema/kinds/column.js';
import type { Schema } from '../../schema/model.js';
import { renderDiagram } from '../diagram/section.js';
import { printParts, type Scope } from '../grammar.js';
import { commonItems, privilegeItems, type Items } from '../items.js';
import {
  SUBSECTIONS,
  type ListKind,
  type ParentName,
  type SectionKind,
  type Subsection,
} from '../kind-report.js';
import { KIND_REPORTS, kindReport } from '../kinds.js';
import type { Report } from '../report.js';
import { groupBy } from '../../util/group-by.js';
import { renderBody } from './code-blocks.js';
import { renderColumns } from './columns.js';
import { renderComments } from './comments.js';
import { renderHeader } from './header.js';
import { externalTablesOf } from './external-tables.js';
import { partitionsOf, renderPartition, type Partitions } from './partitions.js';
import { groupByParent, type ObjectsByParent } from './index-by-parent.js';

interface Page {
  readonly schema: Schema;
  readonly scope: Scope;
  readonly childKinds: ReturnType<typeof childKindsOf>;
  readonly children: ObjectsByParent;
  readonly partitions: Partitions;
}

/** The kinds of objects under each heading of a relation, of those that a schema has. */
const childKindsOf = (schema: Schema) =>
  new Map(
    SUBSECTIONS.map((heading) => [
      heading,
      ALL_KINDS.flatMap((kind) => {
        const report = kindReport(kind);
        const isUnder = report.layout === 'child' && report.heading === heading;
        return isUnder && schema.objects[kind].length > 0 ? [[kind, report] as const] : [];
      }),
    ]),
  );

/** The kinds of objects below the line of another kind. */
const NESTED_KINDS = groupBy(
  ALL_KINDS.flatMap((kind) => {
    const report = kindReport(kind);
    return report.layout === 'nested' ? [[kind, report] as const] : [];
  }),
  ([, { parentKind }]) => parentKind,
);

const COMMON: Items<AnyObject> = commonItems();
const PRIVILEGES = privilegeItems<Granted>();

/** A report in the format `full`. Equal reports give equal bytes. */
export function renderFull(report: Report): string {
  const { schema } = report;
  const header = textOf(renderHeader({ ...report, namespaces: schema.namespaces }));
  return header + renderObjects(schema) + (report.diagram ? textOf(renderDiagram(schema)) : '');
}

/** The objects of schemas that were rendered. Parsing a report renders it, and so does showing how it differs. */
const RENDERED = new WeakMap<Schema, string>();

/** All sections with objects. */
function renderObjects(schema: Schema): string {
  const known = RENDERED.get(schema);
  if (known !== undefined) return known;
  const page: Page = {
    schema,
    scope: { home: schema.namespaces[0] ?? 'public' },
    childKinds: childKindsOf(schema),
    children: groupByParent(schema),
    partitions: partitionsOf(schema),
  };
  const sections: string[] = [];
  for (const kind of Object.keys(KIND_REPORTS) as Kind[]) {
    for (const section of sectionsOf(kind, page)) sections.push(textOf(section));
  }
  const text = sections.join('');
  RENDERED.set(schema, text);
  return text;
}

/** A section as one string. Keeping all lines of a large report in arrays would take much of the time. */
const textOf = (lines: readonly string[]) => (lines.length === 0 ? '' : `${lines.join('\n')}\n`);

/** The lines of each section. */
function* sectionsOf(kind: Kind, page: Page): Generator<readonly string[]> {
  const report = kindReport(kind);
  const objects = kind === 'externalTable' ? externalTablesOf(page.schema) : page.schema.objects[kind];
  if (report.layout === 'list') yield renderList(kind, report, objects, page);
  else if (report.layout === 'section')
    for (const object of objects) yield renderSection(kind, report, object, page);
}

function renderList(
  kind: Kind,
  report: ListKind<AnyObject>,
  objects: readonly AnyObject[],
  page: Page,
): string[] {
  const listed = objects.filter((object) => !report.isImplied?.(object));
  if (listed.length === 0) return [];
  const items = listed.flatMap((object) => [
    `- ${printParts(report.line, object, page.scope)}`,
    ...[...COMMON.print(object, page.scope), ...renderNested(kind, object, page)].map(
      (item) => `  - ${item}`,
    ),
  ]);
  return ['', `## ${report.heading}`, '', ...items];
}

const renderNested = (under: Kind, parent: AnyObject, page: Page): readonly string[] =>
  (NESTED_KINDS.get(under) ?? []).flatMap(([kind, { line }]) =>
    page.children(kind, parent as ParentName).map((child) => printParts(line, child, page.scope)),
  );

function renderSection(kind: Kind, report: SectionKind<AnyObject>, whole: AnyObject, page: Page): string[] {
  const { scope } = page;
  const object = page.partitions.withoutToldElsewhere(kind, whole);
  const columns = report.isRelation
    ? (page.children('column', object as ParentName) as readonly Column[])
    : [];
  const { table, items: columnItems } = renderColumns(columns, scope);
  const items = [
    ...columnItems,
    ...(report.items?.print(object, scope) ?? []),
    ...(report.isRelation ? [] : COMMON.print(object, scope)),
  ];
  const body = renderBody(report.bodies ?? [], object);
  const blocks = [table, listOfItems([...items, ...body.item]), body.fence];
  for (const heading of SUBSECTIONS) {
    const lines = renderSubsection(heading, kind, report, object, columns, page);
    if (lines.length > 0) blocks.push([`### ${heading}`, '', ...listOfItems(lines)]);
  }
  if (blocks.every((block) => block.length === 0) && object !== whole) return [];
  const section = ['', `## ${report.title} ${printParts(report.head, object, scope)}`];
  for (const block of blocks) if (block.length > 0) section.push('', ...block);
  return section;
}

const listOfItems = (items: readonly string[]) => items.map((item) => `- ${item}`);

function renderSubsection(
  heading: Subsection,
  kind: Kind,
  report: SectionKind<AnyObject>,
  object: AnyObject,
  columns: readonly Column[],
  page: Page,
): readonly string[] {
  const { scope, children } = page;
  const own = report.subsections?.[heading]?.print(object, scope) ?? [];
  if (!report.isRelation) return own;
  const relation = object as AnyObject & ParentName;
  const lines = [...own];
  for (const [childKind, { line }] of page.childKinds.get(heading) ?? []) {
    for (const child of children(childKind, relation)) lines.push(printParts(line, child, scope));
  }
  if (heading === 'Partitions')
    lines.push(...page.partitions.of(relation).map((each) => renderPartition(each, scope)));
  else if (heading === 'Privileges') lines.push(...renderPrivileges(object, columns, scope));
  else if (heading === 'Comments') lines.push(...renderComments(kind, relation, children, scope));
  return lines;
}

function renderPrivileges(object: AnyObject, columns: readonly Column[], scope: Scope): string[] {
  return [
    ...PRIVILEGES.print(object as Granted, scope),
    ...columns
      .filter(({ grants, revokes }) => grants ?? revokes)
      .flatMap((column) => privilegeItems(column.name).print(column, scope)),
  ];
}
