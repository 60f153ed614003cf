import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { escapeControls } from '#src/util/escape-controls.js';
import { renderAll } from '#src/reporters/fleet-text.js';
import { renderAnnotations } from '#src/reporters/github.js';
import { driftOf, failedWith, HOSTILE_NAMES, hostileObjects, inSync, reportOf } from '../support/outcomes.js';
import { commandsIn } from '../support/workflow-runner.js';

const options = {
  chalk: new Chalk({ level: 0 }),
  cwd: '/repo/packages/orders',
  workspace: '/repo',
};
const table = { schema: 'public', name: 'orders' };
const column = (name: string) => ({ schema: 'public', relation: 'orders', name, type: 'text' });

describe('annotations', () => {
  it('stand at the line of the report, seen from the repository', () => {
    const outcome = driftOf(
      { table: [table], column: [column('a')] },
      { table: [table], column: [column('b')] },
    );
    expect(commandsIn(renderAnnotations([outcome], options))).toEqual([
      {
        command: 'error',
        properties: {
          file: 'packages/orders/report.sql.md',
          line: '11',
          title: '@acme/orders: table orders, column a',
        },
        message: '- text (breaking)\n(2_more.sql)\nAccept with npx driftmark update',
      },
      {
        command: 'error',
        properties: {
          file: 'packages/orders/report.sql.md',
          line: '11',
          title: '@acme/orders: table orders, column b',
        },
        message: '+ text\n(2_more.sql)\nAccept with npx driftmark update',
      },
    ]);
  });

  it('stand at the migration that made the changes, if its file is known', () => {
    const drift = driftOf(
      { table: [table], column: [column('a')] },
      { table: [table], column: [{ ...column('a'), notNull: true }, column('b')] },
    );
    if (drift.result.type !== 'drift') throw new Error('Expected drift.');
    const changes = drift.result.changes.map((change) => ({
      ...change,
      migrationFile: '/repo/packages/orders/migrations/2_more.sql',
    }));
    const outcome = { ...drift, result: { ...drift.result, changes } };
    expect(commandsIn(renderAnnotations([outcome], options))).toEqual([
      {
        command: 'error',
        properties: {
          file: 'packages/orders/migrations/2_more.sql',
          line: '1',
          title: '@acme/orders: 2 changes missing in report.sql.md',
        },
        message:
          '~ table orders, column a: NOT NULL added (breaking)\n+ table orders, column b: text\nAccept with npx driftmark update',
      },
    ]);
  });

  it('name the line of the migration that failed', () => {
    const [annotation] = commandsIn(renderAnnotations([failedWith('relation "a" does not exist')], options));
    expect(annotation?.properties).toEqual({
      file: 'packages/orders/migrations/1_a.sql',
      line: '3',
      col: '1',
      title: '@acme/broken: could not be checked',
    });
    expect(annotation?.message).toBe(
      'relation "a" does not exist\nSQLSTATE: 42P01\n→ Correct the migration.',
    );
  });

  it('are not there for what is in sync', () => {
    expect(renderAnnotations([inSync()], options)).toBe('');
  });

  it('are no more than GitHub shows, the first of each target before the second of any', () => {
    const many = {
      ...driftOf({}, { sequence: Array.from({ length: 20 }, (_, at) => sequence(at)) }),
      name: 'many',
    };
    const few = { ...driftOf({}, { sequence: [sequence(1), sequence(2)] }), name: 'few' };
    const shown = commandsIn(renderAnnotations([many, few], options));
    expect(shown).toHaveLength(10);
    expect(shown.filter(({ properties }) => properties.title?.startsWith('few: '))).toHaveLength(2);
    expect(shown.at(-1)?.message).toBe('13 more findings: see the summary and the log of the job.');
  });

  it.each(HOSTILE_NAMES)('cannot be written by a name: %j', (name) => {
    const outcome = { ...driftOf({}, { table: [{ schema: 'public', name }] }), name };
    const found = commandsIn(renderAnnotations([outcome, failedWith(name, name)], options));
    expect(found.map(({ command }) => command)).toEqual(['error', 'error']);
    expect(found[0]?.properties).toEqual({
      file: 'packages/orders/report.sql.md',
      line: expect.stringMatching(/^\d+$/) as string,
      title: escapeControls(`${name}: table ${name}`),
    });
  });
});

describe('the text reporter in a workflow', () => {
  it('prints nothing that the runner takes for a command', () => {
    const objects = hostileObjects();
    expect(reportOf(objects).schema.objects.table).toHaveLength(HOSTILE_NAMES.length);
    const outcomes = [
      driftOf({}, objects),
      driftOf(objects, {}),
      ...HOSTILE_NAMES.map((name) => failedWith(name, name)),
    ];
    expect(commandsIn(renderAll(outcomes, options))).toEqual([]);
  });
});

const sequence = (at: number) => ({ schema: 'public', name: `s${at}`, dataType: 'bigint' as const });
