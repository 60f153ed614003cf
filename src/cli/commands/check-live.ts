import pMap from 'p-map';
import { labelOf } from '../../live/connection/address.js';
import { widestOf } from '../../util/display-width.js';
import type { Outcome } from '../../outcome.js';
import { escapeControls } from '../../util/escape-controls.js';
import { createLimit } from '../../util/concurrency-limit.js';
import type { CommandContext } from '../context.js';
import { liveAddresses } from '../options/live-addresses.js';
import { prepareCheck, type LiveSessionOptions, type DatabaseCheck } from './live-jobs.js';
import type { CommonOptions } from '../options/common.js';
import type { Fleet } from '../output/reporting.js';
import { selectTargets, nothingChangedMessage, withReporting } from '../session.js';

/** How many databases are looked at at once, unless the config says so; those that do not answer are not counted. */
const JOBS = 8;

/** Compares live databases with the reports of their targets, and reports how each fared. */
export function runLive(
  paths: readonly string[],
  options: LiveSessionOptions,
  context: CommandContext,
): Promise<void> {
  // Which schemas are read of a database, the report says: --schema has another meaning there.
  const { schema: schemas, ...others } = options;
  return withReporting(others, context, async (config, loadReporting) => {
    const targets = await selectTargets(config, paths, others);
    if (targets.length === 0) {
      context.streams.err(nothingChangedMessage(others));
      return { outcomes: [] };
    }
    const watched = await liveAddresses(targets, others, context);
    const reporting = await loadReporting();
    const notice = noticesTo(others, context);
    const slots = createLimit(config.jobs ?? JOBS);
    const watches: DatabaseCheck[] = [];
    for (const each of watched)
      watches.push(await prepareCheck(each, schemas, { config, options: others, context, notice, slots }));
    const jobs = watches.flatMap((each) => each.addresses.map((address) => () => each.check(address)));
    const fleet = fleetOf(watches);
    const found = await pMap(
      jobs,
      (check) =>
        slots.run(async () => {
          const outcomes: Outcome[] = [];
          for await (const outcome of check()) {
            await reporting.tell(outcome, fleet);
            outcomes.push(outcome);
          }
          return outcomes;
        }),
      { signal: context.signal },
    );
    const outcomes = found.flat();
    const warnings = watches.flatMap((each) => each.warnings());
    for (const text of [...warnings, ...notCompared(outcomes)]) notice(text);
    return { outcomes, warnings };
  });
}

function fleetOf(watches: readonly DatabaseCheck[]): Fleet | undefined {
  const addresses = watches.flatMap((each) => each.addresses);
  const hasTenants = watches.some((each) => each.hasTenants);
  if (addresses.length === watches.length && !hasTenants) return undefined;
  const [first, ...others] = addresses;
  if (hasTenants) return first && others.length === 0 ? { database: labelOf(first) } : {};
  return { nameWidth: widestOf(addresses.map(labelOf)) };
}

/** Says each thing but once, however many databases it is true of. */
function noticesTo({ quiet }: CommonOptions, { streams }: CommandContext): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (quiet === true || said.has(text)) return;
    said.add(text);
    streams.err(`${streams.errChalk.dim('driftmark:')} ${escapeControls(text)}\n`);
  };
}

/** A shared database may hold other people's schemas: they are named, and no more. */
function notCompared(outcomes: readonly Outcome[]): readonly string[] {
  const having = outcomes.filter(({ live }) => live && live.otherSchemas.length > 0);
  const names = [...new Set(having.flatMap(({ live }) => live?.otherSchemas ?? []))].sort();
  const [first] = having;
  if (!first?.live) return [];
  const who = having.length === 1 ? first.live.database : `${having.length} databases`;
  const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
  return [
    `${who} also ${having.length === 1 ? 'has' : 'have'} schemas that ${first.report} does not cover: ${shown}`,
  ];
}
