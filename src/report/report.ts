import type { Schema } from '../schema/model.js';
import type { LineIndex } from './line-index.js';

/** Which of the two formats a report is in. docs/report-format.md. */
export type ReportFormat = 'full' | 'backstage';

/** A report as plain data: what is on the page, and nothing more. */
export interface Report {
  readonly format: ReportFormat;
  /** The target's name. */
  readonly name: string;
  /** The command that makes the report. */
  readonly command: string;
  /** The migrations that cannot be migrated down, newest first. */
  readonly irreversible: readonly string[];
  readonly schema: Schema;
  /** Set if the page ends with a diagram of the schema. Only the `full` format has one. */
  readonly diagram?: true;
}

/** A parsed report, with the lines of its objects. */
export interface ParsedReport {
  readonly report: Report;
  readonly lines: LineIndex;
}
