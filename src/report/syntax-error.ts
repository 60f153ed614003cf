/** A report that cannot be read: written by hand, cut short, or with conflict markers in it. */
export class ReportSyntaxError extends Error {
  /** 1-based line of the report. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'ReportSyntaxError';
    this.line = line;
  }
}
