import { KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import { cursorOver, type Cursor } from '../cursor.js';
import { DIAGRAM } from '../diagram/section.js';
import { expression, identifier, parseParts, type Draft, type Scope } from '../grammar.js';
import { commonItems, privilegeItems, type Items } from '../items.js';
import type { ListKind, ParentName, SectionKind, Subsection } from '../kind-report.js';
import { SUBSECTIONS } from '../kind-report.js';
import { KIND_REPORTS, kindReport } from '../kinds.js';
import { withoutEmptyExternalTables } from '../../schema/external-tables.js';
import { parseBlocks, type Block, type ListItem, type TextLine } from '../markdown/blocks.js';
import type { ParsedReport, Report } from '../report.js';
import { assertSameBytes } from '../assert-round-trip.js';
import { ReportSyntaxError } from '../syntax-error.js';
import { schemaBuilder, type SchemaBuilder } from './builder.js';
import { parseColumnItem, parseColumnRow } from './columns.js';
import { parseBody, PRETTIER_IGNORE } from './code-blocks.js';
import { parseComment } from './comments.js';
import { parseHeader } from './header.js';
import { parsePartition } from './partitions.js';
import { renderFull } from './render.js';

interface Reading {
  readonly scope: Scope;
  readonly builder: SchemaBuilder;
}

/** The part of a report that is being parsed. The last heading begins it. */
type Section =
  /** A diagram is not parsed: it follows from the schema. assertSameBytes() compares it at the end. */
  | { readonly type: 'diagram' }
  | { readonly type: 'list'; readonly kind: Kind; readonly report: ListKind<AnyObject> }
  | {
      readonly type: 'section';
      readonly kind: Kind;
      readonly report: SectionKind<AnyObject>;
      readonly object: Draft<AnyObject>;
      subsection?: Subsection;
    };

const COMMON: Items<AnyObject> = commonItems();
const KINDS_IN_ORDER = Object.keys(KIND_REPORTS) as readonly Kind[];

/**
 * Parses a report in the format `full`.
 * @throws {ReportSyntaxError} if the report differs in any byte from what `renderFull` would write.
 */
export function parseFull(markdown: string): ParsedReport {
  const { header, rest } = parseHeader(parseBlocks(markdown));
  const { namespaces, ...others } = header;
  const reading: Reading = { scope: { home: namespaces[0] ?? 'public' }, builder: schemaBuilder(namespaces) };
  const markerLine = rest[0]?.line ?? 1;
  for (const name of namespaces) reading.builder.put('namespace', { name }, markerLine);
  let section: Section | undefined;
  let hasDiagram = false;
  for (const block of rest) {
    if (block.type === 'heading' && block.depth === 2) section = openSection(block.text, block.line, reading);
    else if (section === undefined) fail(block.line, 'expected a heading');
    else if (section.type === 'list') readList(section, block, reading);
    else if (section.type === 'section') readSection(section, block, reading);
    hasDiagram ||= section.type === 'diagram';
  }
  const report: Report = {
    format: 'full',
    ...others,
    // A section may hold only objects of the table, and no fact of the table itself.
    schema: withoutEmptyExternalTables(reading.builder.schema()),
    ...(hasDiagram && { diagram: true }),
  };
  assertSameBytes(markdown, renderFull(report));
  return { report, lines: reading.builder.lines };
}

function openSection(heading: string, line: number, { scope, builder }: Reading): Section {
  if (heading === DIAGRAM) return { type: 'diagram' };
  for (const kind of KINDS_IN_ORDER) {
    const report = kindReport(kind);
    if (report.layout === 'list' && report.heading === heading) return { type: 'list', kind, report };
    if (report.layout !== 'section' || !heading.startsWith(`${report.title} \``)) continue;
    const cursor = cursorOver(heading, line);
    cursor.expect(`${report.title} `);
    const object = parseParts(report.head, cursor, {}, scope);
    assertEnd(cursor);
    return { type: 'section', kind, report, object: builder.put(kind, object, line) };
  }
  return fail(line, `unknown section ${JSON.stringify(heading)}`);
}

function readList({ kind, report }: Section & { type: 'list' }, block: Block, reading: Reading): void {
  for (const item of itemsOf(block)) {
    const cursor = cursorOver(item.text, item.line);
    const facts = parseParts(report.line, cursor, {}, reading.scope);
    assertEnd(cursor);
    const object = reading.builder.put(kind, facts, item.line);
    for (const inner of item.items) readInnerItem(kind, object, inner, reading);
  }
}

function readInnerItem(
  kind: Kind,
  object: Draft<AnyObject>,
  item: TextLine,
  { scope, builder }: Reading,
): void {
  const cursor = cursorOver(item.text, item.line);
  if (!COMMON.parse(cursor, object, scope)) {
    const nested = KINDS_IN_ORDER.find((each) => {
      const report = kindReport(each);
      if (report.layout !== 'nested' || report.parentKind !== kind) return false;
      const facts = report.under(object as ParentName);
      if (!report.line[0]?.parse(cursor, facts, scope)) return false;
      builder.put(each, parseParts(report.line.slice(1), cursor, facts, scope), item.line);
      return true;
    });
    if (!nested) cursor.fail('an owner, a privilege or a comment');
  }
  assertEnd(cursor);
}

function readSection(section: Section & { type: 'section' }, block: Block, reading: Reading): void {
  if (block.type === 'heading') {
    const subsection = SUBSECTIONS.find((heading) => heading === block.text);
    if (block.depth !== 3 || !subsection) fail(block.line, `unknown section ${JSON.stringify(block.text)}`);
    section.subsection = subsection;
  } else if (section.subsection) {
    for (const item of itemsOf(block)) readSubsectionItem(section, section.subsection, item, reading);
  } else if (block.type === 'table' && section.report.isRelation) {
    for (const row of block.rows.slice(2)) {
      const facts = { ...parentFields(section), ...parseColumnRow(row.cells, row.line, reading.scope) };
      reading.builder.put('column', facts, row.line);
    }
  } else if (block.type === 'fence' && section.report.bodies) {
    const body = parseBody(section.report.bodies, block.body);
    Object.assign(section.object, { [body.field]: body.text });
    block.body.split('\n').forEach((_, at) => {
      reading.builder.lines.addFact(section.object, body.field, block.line + 1 + at);
    });
  } else if (block.type !== 'comment' || block.text !== PRETTIER_IGNORE) {
    for (const item of itemsOf(block)) readSectionItem(section, item, reading);
  }
}

function readSectionItem(
  { report, object, ...section }: Section & { type: 'section' },
  item: ListItem,
  reading: Reading,
): void {
  const { scope, builder } = reading;
  const cursor = cursorOver(item.text, item.line);
  const body = report.bodies?.find(({ label }) => cursor.take(`${label} `));
  if (body) {
    Object.assign(object, { [body.field]: expression.parse(cursor, scope) });
  } else if (report.isRelation && item.text.startsWith('`')) {
    const parent = parentFields({ object, ...section });
    parseColumnItem(item.text, item.line, scope, (name) =>
      builder.put('column', { ...parent, name }, item.line),
    );
    return;
  } else if (!report.items?.parse(cursor, object, scope) && !COMMON.parse(cursor, object, scope)) {
    cursor.fail('a property');
  }
  assertEnd(cursor);
}

function readSubsectionItem(
  section: Section & { type: 'section' },
  heading: Subsection,
  item: ListItem,
  reading: Reading,
): void {
  const { scope, builder } = reading;
  const parent = section.object as ParentName;
  const cursor = cursorOver(item.text, item.line);
  if (section.report.subsections?.[heading]?.parse(cursor, section.object, scope)) {
    assertEnd(cursor);
  } else if (heading === 'Partitions') {
    builder.put('table', parsePartition(cursor, parent, scope), item.line);
  } else if (heading === 'Comments') {
    const { kind, name, field, text } = parseComment(section.kind, cursor, scope);
    if (name === undefined) {
      Object.assign(section.object, { [field]: text });
      builder.lines.addFact(section.object, field, item.line);
    } else {
      const child = { ...childFields(kind, parent), name };
      // A column of a view or partition may be in the report only because of its comment.
      if (kind !== 'column' && !builder.has(kind, child))
        fail(item.line, `comment on an unknown ${KINDS[kind].noun}: ${JSON.stringify(name)}`);
      const object = builder.put(kind, child, item.line);
      Object.assign(object, { [field]: text });
      builder.lines.addFact(object, field, item.line);
    }
  } else if (heading === 'Privileges') {
    readPrivilege(section, item, cursor, reading);
  } else {
    readChild(heading, parent, cursor, reading);
  }
  assertEnd(cursor);
}

function readPrivilege(
  section: Section & { type: 'section' },
  item: ListItem,
  cursor: Cursor,
  { scope, builder }: Reading,
): void {
  const fact = item.text.startsWith('grant ') ? 'grants' : 'revokes';
  const [, encoded] = / on column (`.*?`)(?: to | from )/.exec(item.text) ?? [];
  if (encoded === undefined) {
    if (!privilegeItems().parse(cursor, section.object as Draft<{ readonly grants?: [] }>, scope))
      cursor.fail('a privilege');
    builder.lines.addFact(section.object, fact, item.line);
    return;
  }
  const name = identifier.parse(cursorOver(encoded, item.line), scope);
  const column = builder.put('column', { ...parentFields(section), name }, item.line);
  if (!privilegeItems(name).parse(cursor, column, scope)) cursor.fail('a privilege');
  builder.lines.addFact(column, fact, item.line);
}

function readChild(
  heading: Subsection,
  parent: ParentName,
  cursor: Cursor,
  { scope, builder }: Reading,
): void {
  for (const kind of KINDS_IN_ORDER) {
    const report = kindReport(kind);
    if (report.layout !== 'child' || report.heading !== heading) continue;
    const facts = parseParts(report.line, cursor, { ...report.under(parent) }, scope);
    builder.put(kind, facts, cursor.line);
    return;
  }
  cursor.fail('the end of the section');
}

/** The fields with the name of the relation that an object of a kind belongs to. */
function childFields(kind: Kind, parent: ParentName): object {
  const report = kindReport(kind);
  return 'under' in report ? report.under(parent) : {};
}

function parentFields({ object }: { readonly object: Draft<AnyObject> }): {
  schema: string;
  relation: string;
} {
  const { schema, name } = object as ParentName;
  return { schema, relation: name };
}

function itemsOf(block: Block): readonly ListItem[] {
  return block.type === 'list' ? block.items : fail(block.line, `unexpected ${block.type}`);
}

function assertEnd(cursor: Cursor): void {
  if (!cursor.atEnd()) cursor.fail('the end of the line');
}

function fail(line: number, message: string): never {
  throw new ReportSyntaxError(line, message);
}
