import { kindReport } from '../../report/full/index-by-parent.js';
import { identifier, printParts, qualifiedName } from '../../report/grammar.js';
import { RELATIONS } from '../../schema/definition.js';
import type { AnyObject, Kind } from '../../schema/kinds.js';
import type { Page, Section } from './report-lines.js';

interface Name {
  readonly schema: string;
  readonly name: string;
}

/** Facts of a relation, and of what stands in it, that stand under a heading of their own. */
const SUBSECTIONS: Readonly<Record<string, string>> = {
  comment: '### Comments',
  grants: '### Privileges',
  revokes: '### Privileges',
};

/** The line where an object stands, or a fact of it; undefined where the report does not have it. */
export function findObject(page: Page, kind: Kind, object: AnyObject, fact?: string): number | undefined {
  const report = kindReport(kind);
  const { name = '' } = object as Partial<Name>;
  const subsection = fact === undefined ? undefined : SUBSECTIONS[fact];
  switch (report.layout) {
    case 'list': {
      const section = page.section([`## ${report.heading}`]);
      return section && findItem(page, section, printParts(report.line, object, page.scope));
    }
    case 'section': {
      const section = page.section(headings(report.title, printParts(report.head, object, page.scope), name));
      if (!section) return undefined;
      if (subsection !== undefined && report.isRelation) return changedIn(page, section, subsection);
      const isBody = report.bodies?.some(({ field }) => field === fact);
      return (isBody ? page.firstChanged(section) : undefined) ?? section.start;
    }
    case 'child':
    case 'columns': {
      const section = findRelation(page, parentOf(kind, object));
      if (!section) return undefined;
      const own = spellings(identifier.print(name, page.scope), name);
      if (subsection !== undefined) {
        const part = page.subsection(section, subsection);
        return part && page.first(part, (line) => own.some((span) => line.includes(` ${span}`)));
      }
      if (report.layout === 'child')
        return findItem(page, section, printParts(report.line, object, page.scope), own);
      const isColumn = (line: string) =>
        own.some((span) => line.startsWith(`| ${span} `) || line.startsWith(`- ${span}: `));
      return page.first(section, isColumn);
    }
    case 'nested': {
      const text = `  - ${printParts(report.line, object, page.scope)}`;
      const parent = findNesting(page, report.under, report.of(object));
      return parent && page.first(parent, (line) => line === text);
    }
  }
}

/** The line of whatever an object stands in, where that is there. */
export function findParent(page: Page, kind: Kind, object: AnyObject): number | undefined {
  const report = kindReport(kind);
  switch (report.layout) {
    case 'child':
    case 'columns':
      return findRelation(page, parentOf(kind, object))?.start;
    case 'nested':
      return findNesting(page, report.under, report.of(object))?.start;
    case 'list':
      return page.section([`## ${report.heading}`])?.start;
    case 'section':
      return undefined;
  }
}

/** As the two formats spell a name. */
const spellings = (encoded: string, name: string) => [encoded, `\`${name}\``];
const headings = (title: string, encoded: string, name: string) =>
  spellings(encoded, name).map((each) => `## ${title} ${each}`);

function parentOf(kind: Kind, object: AnyObject): Name {
  const report = kindReport(kind);
  if (report.layout === 'child') return report.parent(object);
  const { schema, relation } = object as { schema: string; relation: string };
  return { schema, name: relation };
}

function findRelation(page: Page, parent: Name): Section | undefined {
  const encoded = qualifiedName.print(parent, page.scope);
  const titles = RELATIONS.map((kind) => kindReport(kind)).flatMap((report) =>
    report.layout === 'section' ? [report.title] : [],
  );
  return page.section(titles.flatMap((title) => headings(title, encoded, parent.name)));
}

/** The item that another one stands beneath, down to the next one. */
function findNesting(page: Page, under: Kind, parent: Name): Section | undefined {
  const report = kindReport(under);
  const section = report.layout === 'list' ? page.section([`## ${report.heading}`]) : undefined;
  const span = qualifiedName.print(parent, page.scope);
  const start = section && page.first(section, (line) => line.startsWith(`- ${span}`));
  if (!section || start === undefined) return undefined;
  const from = { start, end: section.end };
  return { start, end: page.first(from, (line) => line.startsWith('- ')) ?? section.end };
}

/** The item that says all of an object, else the one that begins with its name. */
function findItem(
  page: Page,
  section: Section,
  text: string,
  names: readonly string[] = [],
): number | undefined {
  return (
    page.first(section, (line) => line === `- ${text}`) ??
    page.first(section, (line) => names.some((name) => line === `- ${name}` || line.startsWith(`- ${name} `)))
  );
}

function changedIn(page: Page, section: Section, heading: string): number | undefined {
  const part = page.subsection(section, heading);
  return part && page.firstChanged(part);
}
