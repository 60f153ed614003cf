import type { Outcome } from '../outcome.js';
import type { TextOptions } from './formatting/error-text.js';
import { renderAnnotations } from './github.js';
import { renderJson } from './json.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { renderAll } from './summary/fleet-text.js';
import type { ReporterName } from './names.js';

export interface ReporterOptions extends TextOptions {
  /** The folder that a CI system's paths are relative to. */
  readonly workspace: string;
  /** What is to be said of no outcome in particular. */
  readonly warnings?: readonly string[];
}

/** Each makes one text of all outcomes. docs/reporters.md. */
export const REPORTERS = {
  text: renderAll,
  json: renderJson,
  github: renderAnnotations,
  markdown: renderMarkdown,
  junit: renderJunit,
} satisfies Readonly<
  Record<ReporterName, (outcomes: readonly Outcome[], options: ReporterOptions) => string>
>;
