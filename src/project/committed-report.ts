import { readFile, stat } from 'node:fs/promises';
import { DriftmarkError } from '../errors.js';
import { formatOfSpoilt, hasDiagram, parse } from '../report/formats.js';
import type { Report, ReportFormat } from '../report/report.js';
import { ReportSyntaxError } from '../report/syntax-error.js';

/** The report that a repository holds. */
export type Committed =
  | { readonly type: 'none' }
  | { readonly type: 'report'; readonly text: string; readonly report: Report }
  /** There is a file, and it is no report: conflict markers, edited by hand, cut short. */
  | {
      readonly type: 'unreadable';
      readonly text: string;
      readonly format: ReportFormat;
      readonly diagram: boolean;
      readonly problem: ReportSyntaxError;
    };

/** Reads a committed report. Line endings of the working copy are no facts. */
export async function readCommitted(file: string): Promise<Committed> {
  const text = await readRegular(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DriftmarkError('file-failed', `The report could not be read: ${String(error)}`, {
      place: { file },
      remedy: 'Let this user read it, or name another file in the setting `report`.',
      cause: error,
    });
  });
  return text === undefined ? { type: 'none' } : parseCommitted(text);
}

/** A named pipe or a device would be waited for without end. */
async function readRegular(file: string): Promise<string> {
  if (!(await stat(file)).isFile()) throw new Error('it is no regular file');
  return readFile(file, 'utf8');
}

/** A text as a committed report. */
export function parseCommitted(raw: string): Committed {
  const text = raw.replaceAll('\r\n', '\n');
  try {
    return { type: 'report', text, report: parse(text) };
  } catch (problem) {
    if (problem instanceof ReportSyntaxError)
      return {
        type: 'unreadable',
        text,
        format: formatOfSpoilt(text),
        diagram: hasDiagram(text),
        problem,
      };
    throw problem;
  }
}
