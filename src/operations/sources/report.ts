import type { Config } from '../../config/config.js';
import { DriftmarkError } from '../../errors.js';
import { parseCommitted, readCommitted, type Committed } from '../../project/committed-report.js';
import { textAtRevision } from '../../project/git.js';
import { schemaMatcher } from '../../schema/schema-matcher.js';
import { selectNamespaces } from '../../schema/select-namespaces.js';
import { schemaNotFound } from '../schema-not-found.js';
import type { ReadSource } from './source.js';

/** Reads a report. */
export const fromFile = async (
  { file, label }: { readonly file: string; readonly label: string },
  config: Config,
): Promise<ReadSource> => fromReport(await readCommitted(file), label, config);

/** Reads a report as it was at a git revision. */
export async function fromRevision(
  { revision, file, label }: { readonly revision: string; readonly file: string; readonly label: string },
  config: Config,
): Promise<ReadSource> {
  const text = await textAtRevision(revision, file, config.cwd);
  return fromReport(parseCommitted(text), label, config);
}

function fromReport(committed: Committed, label: string, { overrides }: Config): ReadSource {
  if (committed.type === 'report') {
    const { report } = committed;
    const { schemas: wanted = [] } = overrides;
    const covers = schemaMatcher(overrides.schemas);
    if (!covers) return { report, others: [] };
    const selected = { ...report, schema: selectNamespaces(report.schema, covers) };
    return {
      report: selected,
      others: [],
      assertSelected: () => {
        if (selected.schema.namespaces.length === 0)
          throw schemaNotFound({
            code: 'usage',
            message: `${label} has no schema that matches`,
            wanted,
            existing: report.schema.namespaces,
          });
      },
    };
  }
  throw new DriftmarkError(
    'report-invalid',
    committed.type === 'none' ? 'The report does not exist.' : committed.problem.message,
    {
      place: { file: label, ...(committed.type === 'unreadable' && { line: committed.problem.line }) },
      remedy: 'Run `npx driftmark update` to create it again.',
    },
  );
}
