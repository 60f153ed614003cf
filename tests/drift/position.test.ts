import { describe, expect, it } from 'vitest';
import { positionOf, type RecordedMigrations } from '#src/drift/position.js';
import { noObjects, type Schema } from '#src/schema/model.js';

const EMPTY: Schema = { namespaces: [], objects: noObjects() };

/** The position of a database in three migrations, by what its history table says. */
const at = (names: readonly string[], recorded: RecordedMigrations) =>
  positionOf(
    EMPTY,
    { snapshots: [EMPTY, EMPTY, EMPTY, EMPTY], migrations: names.map((name) => ({ name })) },
    recorded,
  );

describe('the position of a live database', () => {
  it.each([
    { tool: 'knex', names: ['1_a.js', '2_b.js', '3_c.js'], recorded: { names: ['1_a.js', '2_b.js'] } },
    {
      tool: 'golang-migrate',
      names: ['1_a.up.sql', '2_b.up.sql', '10_c.up.sql'],
      recorded: { names: ['2'], isCurrentOnly: true as const },
    },
    { tool: 'goose', names: ['00001_a.sql', '00002_b.sql', '00010_c.sql'], recorded: { names: ['1', '2'] } },
    {
      tool: 'dbmate',
      names: ['20240101_a.sql', '20240102_b.sql', '20240103_c.sql'],
      recorded: { names: ['20240101', '20240102'] },
    },
  ])('is behind the second migration, as $tool records it', ({ names, recorded }) => {
    expect(at(names, recorded)).toEqual({ applied: 2, pending: [names[2]], unknown: [] });
  });
});
