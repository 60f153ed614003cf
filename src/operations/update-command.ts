import type { ReportFormat } from '../report/report.js';

/**
 * The command that writes a report, as npm runs it.
 * @param dir The package folder, relative to the working directory.
 * @param format The format that the report gets, if it changes.
 */
export const updateCommand = (dir: string, format?: ReportFormat): string =>
  [
    'npx driftmark update',
    ...(format === undefined ? [] : [`--report-format ${format}`]),
    ...(dir === '' ? [] : [dir]),
  ].join(' ');
