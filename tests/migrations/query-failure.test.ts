import { expect, it } from 'vitest';
import { describeQueryFailure } from '#src/migrations/errors/query-failure.js';

it('places an error without a position at the first word of its statement, behind comments', () => {
  const source = 'select 1;\n-- why\n/* more */ select 1 / 0;\n';
  const script = { file: 'a.sql', source, transaction: false, queries: [{ text: source, start: 0 }] };
  expect(describeQueryFailure(script, 0, 1, new Error('division by zero'))).toMatchObject({
    sql: 'select 1 / 0',
    place: { line: 3, column: 12 },
    details: [{ label: 'statement', text: '2 of 2' }],
  });
});
