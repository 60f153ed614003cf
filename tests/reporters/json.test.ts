import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderJson } from '#src/reporters/json.js';
import { driftOf, failedWith, HOSTILE_NAMES, hostileObjects, inSync } from '../support/outcomes.js';
import type { Outcome } from '#src/outcome.js';

const schema = JSON.parse(await readFile('docs/schemas/result.schema.json', 'utf8')) as object;
const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);

const toJson = (outcomes: readonly Outcome[]) => renderJson(outcomes, { cwd: '/repo', version: '1.2.3' });

const live: Outcome = {
  ...driftOf({}, { table: [{ schema: 'public', name: 'a' }] }),
  live: {
    database: 'app@host:5432/orders',
    leftOut: [{ reason: 'a rule', count: 2 }],
    otherSchemas: ['x'],
  },
};
const withDowns: Outcome = {
  ...inSync(),
  failedDowns: [
    { migration: '1.js', leftBehind: [] },
    { migration: '2.js', leftBehind: [], ...errorOf(failedWith('no way back')) },
  ],
};

describe('JSON', () => {
  it.each([
    { of: 'a target in sync', outcomes: [inSync()] },
    { of: 'drift', outcomes: [driftOf({}, { table: [{ schema: 'public', name: 'a' }] })] },
    { of: 'a failure', outcomes: [failedWith('no')] },
    { of: 'a live database', outcomes: [live] },
    { of: 'failed downs', outcomes: [withDowns] },
    { of: 'a written report', outcomes: [written()] },
    { of: 'hostile names', outcomes: [driftOf({}, hostileObjects())] },
    { of: 'nothing', outcomes: [] },
  ])('is as its schema says: $of', ({ outcomes }) => {
    validate(JSON.parse(toJson(outcomes)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is not as its schema says where a field is missing or unknown', () => {
    const result = JSON.parse(toJson([inSync()])) as { targets: object[] };
    expect(validate({ ...result, targets: [{ ...result.targets[0], surprise: 1 }] })).toBe(false);
    expect(validate({ ...result, version: 2 })).toBe(false);
  });

  it('has the versions of driftmark and of the server, and paths relative to the working directory', () => {
    expect(JSON.parse(toJson([{ ...inSync(), versionNum: 180_004 }, failedWith('no')]))).toMatchObject({
      driftmark: '1.2.3',
      targets: [
        { postgres: '18.4' },
        { error: { place: { file: 'packages/orders/migrations/1_a.sql', line: 3 } } },
      ],
    });
  });

  it('counts the targets by exit code', () => {
    const result = JSON.parse(toJson([inSync(), failedWith('no'), live])) as object;
    expect(result).toMatchObject({ exitCode: 1, counts: { inSync: 1, failed: 1, drift: 1, incomplete: 0 } });
  });

  it('keeps every name as it is, and shows nothing that hides', () => {
    const text = toJson([driftOf({}, hostileObjects())]);
    const { targets } = JSON.parse(text) as {
      targets: { changes: { identity: string[]; kind: string }[] }[];
    };
    const names = targets[0]?.changes
      .filter(({ kind }) => kind === 'table')
      .map(({ identity }) => identity[1]);
    expect(names?.sort()).toEqual([...HOSTILE_NAMES].sort());
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
  });
});

function written(): Outcome {
  return { ...inSync(), result: { type: 'written', migrations: 1, tables: 1, isNew: true, changes: [] } };
}

function errorOf({ result }: Outcome) {
  return result.type === 'failed' ? { error: result.error } : {};
}
