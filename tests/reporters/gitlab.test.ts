import { expect, it } from 'vitest';
import { renderGitlab } from '#src/reporters/gitlab.js';
import { driftOf, failedWith, HOSTILE_NAMES, hostileObjects, inSync } from '../support/outcomes.js';
import type { Outcome } from '#src/outcome.js';

const OPTIONS = { cwd: '/repo/packages/orders', workspace: '/repo' };
interface Issue {
  readonly description: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}
const issuesOf = (outcomes: readonly Outcome[]) => JSON.parse(renderGitlab(outcomes, OPTIONS)) as Issue[];

const table = { schema: 'public', name: 'a' };
const column = { schema: 'public', relation: 'a', name: 'b', type: 'text' };

it('has an entry for each change and failure, with the place from the top of the repository', () => {
  const issues = issuesOf([
    inSync(),
    driftOf({ table: [table], column: [column] }, { table: [table] }),
    failedWith('relation "a" does not exist'),
  ]);
  expect(issues.map(({ severity, location }) => [severity, location])).toEqual([
    ['critical', { path: 'packages/orders/report.sql.md', lines: { begin: 11 } }],
    ['blocker', { path: 'packages/orders/migrations/1_a.sql', lines: { begin: 3 } }],
  ]);
  expect(issues[0]?.description).toBe(
    '@acme/orders: table a, column b: - text (breaking); (2_more.sql); Accept with npx driftmark update',
  );
});

it('is an empty list if all is in sync', () => {
  expect(renderGitlab([inSync()], OPTIONS)).toBe('[]\n');
});

it('has a fingerprint of its own for each entry, also with hostile names', () => {
  const issues = issuesOf([driftOf({}, hostileObjects())]);
  expect(issues.length).toBeGreaterThanOrEqual(HOSTILE_NAMES.length);
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
});
