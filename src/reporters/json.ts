import type { DriftmarkError } from '../errors.js';
import {
  exitCodeOf,
  worstExitCode,
  type ExplainedChange,
  type FailedDown,
  type Outcome,
} from '../outcome.js';
import type { Change } from '../schema/compare.js';
import { escapeControls } from '../util/escape-controls.js';
import { shownPath } from './formatting/error-text.js';
import { describeChange } from './summary/describe-change.js';
import { groupsOf, headlineOf, isFleet, type Group } from './summary/fleet.js';
import { labelOf } from './summary/live-summary.js';
import { totalsOf } from './summary/outcome-summary.js';
import { versionOf } from './summary/words.js';

/** The version of this format. It rises when a field changes its meaning or is removed. */
const VERSION = 1;

interface JsonOptions {
  readonly warnings?: readonly string[];
  readonly cwd: string;
  /** The version of driftmark. */
  readonly version: string;
}

/**
 * All outcomes for programs, with a count for each exit code. docs/schemas/result.schema.json.
 * Control characters are escaped as JSON escapes them: nothing is lost, and nothing harms a terminal.
 */
export function renderJson(
  outcomes: readonly Outcome[],
  { warnings = [], cwd, version }: JsonOptions,
): string {
  const { ok, ...totals } = totalsOf(outcomes);
  const result = {
    version: VERSION,
    driftmark: version,
    exitCode: worstExitCode(outcomes.map(exitCodeOf)),
    counts: { inSync: ok, ...totals },
    warnings,
    ...(isFleet(outcomes) && { groups: groupsOf(outcomes).map(groupOf) }),
    targets: outcomes.map((outcome) => ({
      name: outcome.name,
      report: outcome.report,
      exitCode: exitCodeOf(outcome),
      seconds: Number(outcome.seconds.toFixed(3)),
      postgres: postgresOf(outcome),
      live: outcome.live,
      ...resultOf(outcome.result, cwd),
      failedDowns: outcome.failedDowns.map((failed) => failedDown(failed, cwd)),
    })),
  };
  const lines = JSON.stringify(result, null, 2).split('\n');
  return `${lines.map(escapeControls).join('\n')}\n`;
}

const postgresOf = ({ live, versionNum = live?.versionNum }: Outcome) =>
  versionNum === undefined ? undefined : versionOf(versionNum);

const groupOf = (group: Group) => ({
  name: group.outcome.name,
  exitCode: exitCodeOf(group.outcome),
  fingerprint: group.outcome.live?.fingerprint,
  headline: headlineOf(group),
  databases: group.members.flatMap(({ live }) => (live ? [labelOf(live)] : [])),
});

function resultOf(result: Outcome['result'], cwd: string): object {
  switch (result.type) {
    case 'in-sync':
      return { result: result.type, migrations: result.migrations, tables: result.tables };
    case 'written':
      return {
        result: result.type,
        migrations: result.migrations,
        tables: result.tables,
        isNew: result.isNew,
        changes: result.changes.map(changeOf),
      };
    case 'drift': {
      const { reason, remarks, line, remedy } = result;
      return { result: result.type, reason, changes: result.changes.map(changeOf), remarks, line, remedy };
    }
    case 'failed':
      return { result: result.type, error: errorOf(result.error, cwd) };
  }
}

function changeOf({ change, migration, verdict, isAllowed: isTolerated }: ExplainedChange): object {
  const { type, kind, identity, class: changeClass } = change;
  return {
    type,
    kind,
    identity,
    class: changeClass,
    ...(type === 'changed' && { fact: change.fact }),
    ...('before' in change && { before: change.before }),
    ...('after' in change && { after: change.after }),
    migration,
    verdict,
    isTolerated,
    description: inWords(change),
  };
}

/** `table orders: column total: numeric(10,2) → numeric(12,2)`. */
function inWords(change: Change): string {
  const { group, subject, detail } = describeChange(change);
  return [group, subject, detail].filter((part) => part !== undefined && part !== '').join(': ');
}

const failedDown = ({ migration, error, leftBehind }: FailedDown, cwd: string) => ({
  migration,
  ...(error && { error: errorOf(error, cwd) }),
  leftBehind: leftBehind.map((each) => changeOf({ change: each })),
});

const errorOf = ({ code, message, place, details, remedy }: DriftmarkError, cwd: string) => ({
  code,
  message,
  place: { ...place, ...(place.file !== undefined && { file: shownPath(place.file, cwd) }) },
  details: details.map(({ label, text }) => ({ label, text })),
  remedy,
});
