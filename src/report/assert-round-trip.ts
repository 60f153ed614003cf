import { ReportSyntaxError } from './syntax-error.js';

/**
 * Checks that rendering a parsed report gives the same bytes again. Otherwise the parser has missed a part of it.
 * @throws {ReportSyntaxError} with the first line that differs.
 */
export function assertSameBytes(given: string, rendered: string): void {
  if (given === rendered) return;
  const ours = rendered.split('\n');
  const theirs = given.split('\n');
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  const line = at === -1 ? ours.length : at + 1;
  const expected = ours[line - 1];
  throw new ReportSyntaxError(
    line,
    expected === undefined
      ? 'expected the end of the report'
      : `driftmark would write ${JSON.stringify(expected)} here`,
  );
}
