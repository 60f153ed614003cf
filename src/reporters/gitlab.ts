import { createHash } from 'node:crypto';
import type { Outcome } from '../outcome.js';
import { escapeControls } from '../util/escape-controls.js';
import { annotationsOf, type Annotation, type AnnotationOptions } from './annotations.js';

const SEVERITIES = { failed: 'blocker', breaking: 'critical', other: 'major' } as const;

/**
 * A code quality report for GitLab, which shows each entry in the merge request.
 * https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function renderGitlab(outcomes: readonly Outcome[], options: AnnotationOptions): string {
  const issues = annotationsOf(outcomes, options).flat().map(issueOf);
  return `${JSON.stringify(issues, null, 2).split('\n').map(escapeControls).join('\n')}\n`;
}

const issueOf = ({ file, line = 1, title, message, severity }: Annotation, at: number) => ({
  description: `${title}: ${message.replaceAll('\n', '; ')}`,
  check_name: 'driftmark',
  // Two entries with the same fingerprint are one for GitLab.
  fingerprint: createHash('sha256')
    .update(JSON.stringify([file, title, message, at]))
    .digest('hex')
    .slice(0, 32),
  severity: SEVERITIES[severity],
  location: { path: file ?? '.', lines: { begin: line } },
});
