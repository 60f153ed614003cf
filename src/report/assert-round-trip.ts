import { ReportSyntaxError } from './syntax-error.js';

/**
 * What was read must be all that was there: the report that it makes is the report that was given.
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
      ? 'nothing should follow here'
      : `driftmark would write ${JSON.stringify(expected)} here`,
  );
}
