/**
 * driftmark as a library: what its commands do, and the stages that they are made of, as functions over plain data.
 * docs/api.md.
 */
export { defineConfig } from './config/define.js';
export type { IgnoreRule, Target as UserTarget, UserConfig } from './config/user-config.js';
export {
  check,
  checkLive,
  introspect,
  update,
  type CheckLiveOptions,
  type CheckOptions,
  type IntrospectOptions,
  type RunOptions,
  type RunResult,
} from './api.js';
export { parse, render } from './report/formats.js';
export type { Report, ReportFormat } from './report/report.js';
export { ReportSyntaxError } from './report/syntax-error.js';
export { compare, type Change } from './schema/compare.js';
export type { ChangeClass } from './schema/definition.js';
export type { AnyObject, Kind, ObjectByKind } from './schema/kinds.js';
export type { Schema } from './schema/model.js';
export type { DriftReason, ExitCode, ExplainedChange, FailedDown, Outcome } from './outcome.js';
export { DriftmarkError, type ErrorCode, type ErrorDetail, type ErrorPlace } from './errors.js';
