import { exitCodeOf, worstExitCode, type ExitCode, type Outcome } from '../outcome.js';
import { describe } from './describe.js';

/** The number rises when a field changes its meaning or goes. */
const VERSION = 1;

/** All outcomes for machines, with a count for each exit code. docs/json.md. */
export function renderJson(outcomes: readonly Outcome[]): string {
  const codes = outcomes.map(exitCodeOf);
  const count = (code: ExitCode) => codes.filter((each) => each === code).length;
  const summary = {
    version: VERSION,
    exitCode: worstExitCode(codes),
    counts: { inSync: count(0), failed: count(1), drift: count(2), incomplete: count(3) },
    targets: outcomes.map((outcome, at) => ({
      name: outcome.name,
      report: outcome.report,
      exitCode: codes[at],
      seconds: Number(outcome.seconds.toFixed(3)),
      ...resultOf(outcome.result),
      failedDowns: outcome.failedDowns.map(({ migration, error, leftBehind }) => ({
        migration,
        ...(error && { error: error.message }),
        leftBehind: leftBehind.map(describe),
      })),
    })),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

function resultOf(result: Outcome['result']): object {
  switch (result.type) {
    case 'in-sync':
    case 'written':
      return { result: result.type, migrations: result.migrations, tables: result.tables };
    case 'drift': {
      const { reason, remarks, line, remedy } = result;
      const changes = result.changes.map(({ change, migration }) => ({
        type: change.type,
        kind: change.kind,
        identity: change.identity,
        class: change.class,
        ...(change.type === 'changed' && { fact: change.fact }),
        ...('before' in change && { before: change.before }),
        ...('after' in change && { after: change.after }),
        ...(migration !== undefined && { migration }),
      }));
      return { result: 'drift', reason, changes, remarks, ...(line !== undefined && { line }), remedy };
    }
    case 'failed': {
      const { code, message, place, details, remedy } = result.error;
      return { result: 'failed', error: { code, message, place, details, remedy } };
    }
  }
}
