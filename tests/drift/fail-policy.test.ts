import { expect, it } from 'vitest';
import { applyPolicy, type FailPolicy } from '#src/drift/fail-policy.js';
import { compare } from '#src/schema/compare.js';
import { nullable, schemaOf, tables } from '../support/schemas.js';

/** A breaking change (table u is gone) and an additive one (column a). */
const changes = compare({
  from: schemaOf({ table: tables('t', 'u') }),
  to: schemaOf({ table: tables('t'), column: [nullable('t', 'a')] }),
}).map((change) => ({ change }));

const CASES: readonly {
  readonly name: string;
  readonly policy: FailPolicy;
  readonly failing: readonly string[];
}[] = [
  { name: 'every class by default', policy: {}, failing: ['breaking', 'additive'] },
  { name: 'only the classes in failOn', policy: { failOn: ['additive'] }, failing: ['additive'] },
  { name: 'no class in ignore', policy: { ignore: ['breaking'] }, failing: ['additive'] },
  {
    name: 'no class in both failOn and ignore',
    policy: { failOn: ['breaking'], ignore: ['breaking'] },
    failing: [],
  },
  { name: 'nothing if failOn is empty', policy: { failOn: [] }, failing: [] },
  { name: 'nothing if no change has a class in failOn', policy: { failOn: ['comments'] }, failing: [] },
];

it.each(CASES)('a policy fails $name', ({ policy, failing }) => {
  const applied = applyPolicy(changes, policy);
  expect(applied).toHaveLength(2);
  expect(applied.filter(({ isAllowed }) => isAllowed !== true).map(({ change }) => change.class)).toEqual(
    failing,
  );
});
