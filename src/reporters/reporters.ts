import type { Outcome } from '../outcome.js';
import type { TextOptions } from './formatting/error-text.js';

/** What a reporter may need beside the outcomes. */
export interface ReporterOptions extends TextOptions {
  /** The folder that the paths of a CI system are relative to. */
  readonly workspace: string;
  /** The version of driftmark. */
  readonly version: string;
  /** Sentences that are about no outcome in particular. */
  readonly warnings?: readonly string[];
}

/** Makes one text of all outcomes. docs/ci.md. */
export type Reporter = (outcomes: readonly Outcome[], options: ReporterOptions) => string;

interface ReporterEntry {
  /** Loads the reporter: only those that are asked for are loaded. */
  readonly load: () => Promise<Reporter>;
  /** True if its text can share stdout with that of others: people and CI systems read a log line by line. */
  readonly isForLog?: true;
}

/** Every reporter. To add one: write a file like these, and add a line here. */
export const REPORTERS = {
  text: { load: async () => (await import('./fleet-text.js')).renderAll, isForLog: true },
  json: { load: async () => (await import('./json.js')).renderJson },
  github: { load: async () => (await import('./github.js')).renderAnnotations, isForLog: true },
  gitlab: { load: async () => (await import('./gitlab.js')).renderGitlab },
  markdown: { load: async () => (await import('./markdown.js')).renderMarkdown },
  junit: { load: async () => (await import('./junit.js')).renderJunit },
} satisfies Readonly<Record<string, ReporterEntry>>;

export type ReporterName = keyof typeof REPORTERS;

const isReporterName = (name: string): name is ReporterName => Object.hasOwn(REPORTERS, name);

export const REPORTER_NAMES = Object.keys(REPORTERS).filter(isReporterName);

/** Whether the text of a reporter can share stdout with that of others. */
export const isForLog = (name: ReporterName): boolean => 'isForLog' in REPORTERS[name];
