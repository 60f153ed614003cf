import type { Outcome } from '../outcome.js';
import { summarize, type OutcomeSummary, type Status } from './summary/outcome-summary.js';
import { Chalk } from 'chalk';
import { escapeControls, harmlessLines } from '../util/escape-controls.js';
import { renderText } from './text.js';
import { totalsOf } from './summary/totals.js';

const PLAIN = new Chalk({ level: 0 });

/**
 * All outcomes as JUnit's XML: a test case for each target, failed where it drifted, in error where it could not
 * be checked wholly. XML 1.0 has no way to write control characters: they stand as `\uXXXX`.
 */
export function renderJunit(outcomes: readonly Outcome[], { cwd }: { readonly cwd: string }): string {
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
      renderCase(summarize(outcome), renderText(outcome, { chalk: PLAIN, cwd })),
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

function renderCase(account: OutcomeSummary, text: string): string[] {
  const { status, database, report, headline } = account;
  const name = database === undefined ? account.name : `${account.name} at ${database}`;
  const about = attributes({ name, classname: 'driftmark', file: report, time: seconds(account.seconds) });
  if (status === 'ok') return [`    <testcase${about}/>`];
  const element = ELEMENTS[status];
  const why = attributes({ message: account.error?.message ?? headline, type: status });
  return [
    `    <testcase${about}>`,
    `      <${element}${why}>${escape(harmlessLines(text))}</${element}>`,
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
