/**
 * driftmark as a library: the stages of the command, as functions over plain data. docs/api.md.
 */
export { defineConfig } from './config/define.js';
export type { UserConfig } from './config/user-config.js';
export { introspect, type IntrospectOptions } from './introspect/introspect.js';
export { parse, render } from './report/formats.js';
export type { Report, ReportFormat } from './report/report.js';
export { ReportSyntaxError } from './report/syntax-error.js';
export { compare, type Change } from './schema/compare.js';
export type { ChangeClass } from './schema/definition.js';
export type { Kind, ObjectByKind } from './schema/kinds.js';
export type { Schema } from './schema/model.js';
export { DriftmarkError } from './errors.js';
