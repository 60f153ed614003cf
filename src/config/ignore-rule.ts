import { z } from 'zod';
import { ALL_KINDS, KINDS, type Kind } from '../schema/kinds.js';

const glob = z.string().min(1);

/** A known difference of live databases, which is ignored. docs/config.md, "Ignore rules". */
export const ignoreRule = z
  .strictObject({
    kind: z
      .enum(ALL_KINDS as readonly [Kind, ...Kind[]])
      .meta({
        description: 'Kind of object, as in `--reporter json`: `table`, `index`, `column`.',
        default: 'any',
      })
      .optional(),
    schema: glob
      .meta({ description: 'Schema of the object, as a name or a glob.', default: 'any' })
      .optional(),
    name: glob
      .meta({
        description:
          'Name of the object, as a name or a glob. Columns, indexes and the like include their table: `orders.total`, `orders.*`.',
        default: 'any',
      })
      .optional(),
    fact: z
      .string()
      .min(1)
      .meta({
        description:
          'The fact of the object that may differ, as `--reporter json` has it: `comment`, `default`.',
        default: 'any, and the object may be missing or additional',
      })
      .optional(),
    reason: z
      .string()
      .trim()
      .min(1)
      .describe('Why the difference is ignored. It is printed with the result.'),
    expires: z.iso
      .date()
      .meta({ description: 'Date after which the rule expires, as `YYYY-MM-DD`.', default: 'never' })
      .optional(),
  })
  .superRefine(({ kind, schema, name, fact }, context) => {
    if ([kind, schema, name, fact].every((each) => each === undefined)) {
      context.addIssue({
        code: 'custom',
        message:
          'an object with at least one of kind, schema, name and fact (a rule without them would ignore everything)',
      });
    }
    const facts = factsOf(kind);
    if (fact !== undefined && !facts.includes(fact))
      context.addIssue({ code: 'invalid_value', values: [...facts], input: fact, path: ['fact'] });
  })
  .meta({ id: 'IgnoreRule', description: 'A known difference of live databases, which is ignored.' });

export type IgnoreRule = z.infer<typeof ignoreRule>;

/** The names of the facts that objects of a kind (or of any) have. */
function factsOf(kind: Kind | undefined): readonly string[] {
  const kinds = kind === undefined ? ALL_KINDS : [kind];
  return [...new Set([...kinds.flatMap((each) => Object.keys(KINDS[each].facts)), 'order'])].sort();
}
