/** What `--reporter` takes; apart from the reporters themselves, which are loaded only when there is something to report. */
export const REPORTER_NAMES = ['text', 'json', 'github', 'markdown', 'junit'] as const;

export type ReporterName = (typeof REPORTER_NAMES)[number];
