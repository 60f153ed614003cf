import { readFile, stat } from 'node:fs/promises';
import { DriftmarkError } from '../errors.js';
import { formatOfUnreadable, hasDiagram, looksLikeReport, newerFormatOf, parse } from '../report/formats.js';
import type { Report, ReportFormat } from '../report/report.js';
import { ReportSyntaxError } from '../report/syntax-error.js';
import { reasonOf } from '../util/system-error.js';

/** The report that is committed in a repository. */
export type Committed =
  | { readonly type: 'none' }
  | { readonly type: 'report'; readonly text: string; readonly report: Report }
  /** The file is not a valid report: it has conflict markers, was edited, or is cut off. */
  | {
      readonly type: 'unreadable';
      readonly text: string;
      readonly format: ReportFormat;
      readonly diagram: boolean;
      readonly problem: ReportSyntaxError;
    };

/**
 * Reads a committed report. CRLF line endings count as LF.
 * @throws {DriftmarkError} `file-failed` if there is a file that cannot be read.
 */
export async function readCommitted(file: string): Promise<Committed> {
  const text = await readRegular(file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DriftmarkError('file-failed', `Could not read the report: ${reasonOf(error)}.`, {
      place: { file },
      remedy: `${code === 'EISDIR' ? 'Remove the directory' : 'Check the file and its permissions'}, or set \`report\` to another path.`,
      cause: error,
    });
  });
  return text === undefined ? { type: 'none' } : parseCommitted(text);
}

/**
 * Reads the committed report of a target. In contrast to `readCommitted`, a file that `update` must not replace is an
 * error: a file that is not a report, and a report that was written by a newer driftmark. A report with conflict markers
 * or with edited lines is `unreadable`, and may be replaced. So may an empty file.
 * @throws {DriftmarkError} code `report-invalid`, or `file-failed` if the file cannot be read.
 */
export async function readReplaceable(file: string): Promise<Committed> {
  const committed = await readCommitted(file);
  if (committed.type !== 'unreadable') return committed;
  const { text } = committed;
  const newer = newerFormatOf(text);
  if (newer) {
    throw new DriftmarkError(
      'report-invalid',
      `The report was written by a newer driftmark (report format ${newer.format}).`,
      { place: { file, line: newer.line }, remedy: 'Install the newest driftmark: driftmark@latest.' },
    );
  }
  if (text.trim() !== '' && !looksLikeReport(text)) {
    throw new DriftmarkError('report-invalid', 'The file is not a driftmark report, and was not changed.', {
      place: { file },
      remedy: 'Set `report` to another path, or remove the file.',
    });
  }
  return committed;
}

/** Reading a named pipe or a device might never end. */
async function readRegular(file: string): Promise<string> {
  const found = await stat(file);
  if (found.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  if (!found.isFile()) throw new Error('not a regular file');
  return readFile(file, 'utf8');
}

/** Parses the text of a committed report. */
export function parseCommitted(raw: string): Committed {
  const text = raw.replaceAll('\r\n', '\n');
  try {
    return { type: 'report', text, report: parse(text) };
  } catch (problem) {
    if (problem instanceof ReportSyntaxError)
      return {
        type: 'unreadable',
        text,
        format: formatOfUnreadable(text),
        diagram: hasDiagram(text),
        problem,
      };
    throw problem;
  }
}
