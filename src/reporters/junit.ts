import { Chalk } from 'chalk';
import type { Outcome } from '../outcome.js';
import { escapeControls, escapeControlsByLine } from '../util/escape-controls.js';
import { renderText } from './text.js';
import { summarize, totalsOf, type OutcomeSummary, type Status } from './summary/outcome-summary.js';

const PLAIN = new Chalk({ level: 0 });

/**
 * All outcomes as JUnit XML: a test case for each target, with a failure if it drifted and an error if it could not
 * be checked, or not wholly. XML 1.0 cannot contain control characters: they are written as `\uXXXX`.
 */
export function renderJunit(
  outcomes: readonly Outcome[],
  { cwd, diff }: { readonly cwd: string; readonly diff?: boolean },
): string {
  const { drift, failed, incomplete } = totalsOf(outcomes);
  const counts = {
    tests: outcomes.length,
    failures: drift,
    errors: failed + incomplete,
    time: seconds(outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0)),
  };
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'driftmark', ...counts })}>`,
    `  <testsuite${attributes({ name: 'driftmark', ...counts })}>`,
    ...outcomes.flatMap((outcome) =>
      renderCase(
        summarize(outcome),
        renderText(outcome, { chalk: PLAIN, cwd, ...(diff !== undefined && { diff }) }),
      ),
    ),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

const ELEMENTS: Readonly<Record<Exclude<Status, 'ok'>, 'failure' | 'error'>> = {
  drift: 'failure',
  failed: 'error',
  incomplete: 'error',
};

function renderCase(summary: OutcomeSummary, text: string): string[] {
  const { status, database, report, headline } = summary;
  const name = database === undefined ? summary.name : `${summary.name} at ${database}`;
  const about = attributes({ name, classname: 'driftmark', file: report, time: seconds(summary.seconds) });
  if (status === 'ok') return [`    <testcase${about}/>`];
  const element = ELEMENTS[status];
  const why = attributes({ message: summary.error?.message ?? headline, type: status });
  return [
    `    <testcase${about}>`,
    `      <${element}${why}>${escape(escapeControlsByLine(text))}</${element}>`,
    '    </testcase>',
  ];
}

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escape(escapeControls(String(value)))}"`)
    .join('');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

const seconds = (value: number) => value.toFixed(3);
