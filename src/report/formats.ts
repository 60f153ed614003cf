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
const OUR_COMMAND = /^> .*`.*\bdriftmark update`$/m;
const DIAGRAM_HEADING = new RegExp(`^## ${DIAGRAM}$`, 'm');

/** The text of a report. Equal reports give equal bytes. */
export function render(report: Report): string {
  return report.format === 'full' ? renderFull(report) : renderBackstage(report);
}

/**
 * A report as it is written to its file: the text, and the report that parsing the text gives. The format of a report may
 * leave out properties. Compare a report with a committed report in this form.
 */
export function asWritten(report: Report): { readonly text: string; readonly report: Report } {
  const text = render(report);
  return { text, report: parse(text) };
}

/**
 * Parses a report: `parse(render(report))` equals `report`. Line endings and a byte order mark are ignored.
 * @throws {ReportSyntaxError} with the first line that is not valid.
 */
export function parse(markdown: string): Report {
  return parseWithLines(markdown).report;
}

/** Parses a report, and returns the line numbers of its objects as well. */
export function parseWithLines(markdown: string): ParsedReport {
  const text = markdown.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  assertNoConflict(text);
  if (!BEGINNING.test(text))
    throw new ReportSyntaxError(1, 'expected the heading "## SQL Report file for …"');
  return formatOf(text) === 'full' ? parseFull(text) : parseBackstage(text);
}

/**
 * Whether a file is a report, even if it cannot be parsed because of conflict markers or edited lines. Its beginning
 * decides: a page with other text may quote a report.
 */
export function looksLikeReport(markdown: string): boolean {
  const lines = markdown
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^([<>|])\1{6} |^={7}$/.test(line));
  return lines.slice(0, 2).some((line) => [TITLE, MARKER, OUR_COMMAND].some((pattern) => pattern.test(line)));
}

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

/** Whether a report has a diagram, even if it cannot be parsed. */
export const hasDiagram = (markdown: string) => DIAGRAM_HEADING.test(markdown);

/** The format of a report. A report without a marker is in the format `backstage`. */
function formatOf(markdown: string): ReportFormat {
  return MARKER.test(markdown) ? 'full' : 'backstage';
}

/** The format of a report that cannot be parsed. If it cannot be determined, the default format. */
export function formatOfUnreadable(markdown: string): ReportFormat {
  return TITLE.test(markdown) && !OUR_COMMAND.test(markdown) ? formatOf(markdown) : 'full';
}

function assertNoConflict(text: string): void {
  const marker = CONFLICT_MARKER.exec(text);
  if (!marker) return;
  const line = text.slice(0, marker.index).split('\n').length;
  throw new ReportSyntaxError(line, 'the report has conflict markers of an unfinished merge');
}
