import { parseBackstage } from './backstage/parse.js';
import { renderBackstage } from './backstage/render.js';
import { DIAGRAM } from './diagram/section.js';
import { FORMAT } from './full/header.js';
import { parseFull } from './full/parse.js';
import { renderFull } from './full/render.js';
import { CONFLICT_MARKER } from './markdown/text.js';
import type { ParsedReport, Report, ReportFormat } from './report.js';
import { ReportSyntaxError } from './syntax-error.js';

const MARKER = /^<!-- driftmark format=/m;
const BEGINNING = /^\s*## SQL Report file for /;
const TITLE = /^## SQL Report file for /m;
const OUR_COMMAND = /^> .*`npx driftmark update`$/m;
const DIAGRAM_HEADING = new RegExp(`^## ${DIAGRAM}$`, 'm');

/** The bytes of a report. The same report always gives the same. */
export function render(report: Report): string {
  return report.format === 'full' ? renderFull(report) : renderBackstage(report);
}

/**
 * A report as its file has it: the text, and the report that reading the text gives. A format that cannot express
 * a property loses it, so compare a report with a committed one in this form.
 */
export function asWritten(report: Report): { readonly text: string; readonly report: Report } {
  const text = render(report);
  return { text, report: parse(text) };
}

/**
 * Reads a report back: `parse(render(report))` equals `report`. Line endings and a byte order mark do not matter.
 * @throws {ReportSyntaxError} with the line where the text stops being a report.
 */
export function parse(markdown: string): Report {
  return parseWithLines(markdown).report;
}

/** The same, with the lines on which the objects stand. */
export function parseWithLines(markdown: string): ParsedReport {
  const text = markdown.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  assertNoConflict(text);
  if (!BEGINNING.test(text))
    throw new ReportSyntaxError(1, 'a report begins with "## SQL Report file for …"');
  return formatOf(text) === 'full' ? parseFull(text) : parseBackstage(text);
}

/** Whether a text is, or once was, a report: also one with conflict markers, or with a line that was edited. */
export const looksLikeReport = (markdown: string): boolean =>
  TITLE.test(markdown) || MARKER.test(markdown) || OUR_COMMAND.test(markdown);

/** The format number in the marker of a report that only a newer driftmark can read, with its 1-based line. */
export function newerFormatOf(
  markdown: string,
): { readonly format: number; readonly line: number } | undefined {
  const lines = markdown.split('\n');
  for (const [at, line] of lines.entries()) {
    const format = Number(/^<!-- driftmark format=(\d+)/.exec(line)?.[1] ?? 0);
    if (format > FORMAT) return { format, line: at + 1 };
  }
  return undefined;
}

/** Whether a text, which may be no report, is of one with a diagram. */
export const hasDiagram = (markdown: string) => DIAGRAM_HEADING.test(markdown);

/** Which format a text is in: a report without a marker is in the original's. */
function formatOf(markdown: string): ReportFormat {
  return MARKER.test(markdown) ? 'full' : 'backstage';
}

/** Which format a text was in before it was spoilt; that of new reports where it tells nothing. */
export function formatOfSpoilt(markdown: string): ReportFormat {
  return TITLE.test(markdown) && !OUR_COMMAND.test(markdown) ? formatOf(markdown) : 'full';
}

function assertNoConflict(text: string): void {
  const line = text.split('\n').findIndex((each) => CONFLICT_MARKER.test(each));
  if (line !== -1)
    throw new ReportSyntaxError(line + 1, 'the report has conflict markers: a merge is unfinished');
}
