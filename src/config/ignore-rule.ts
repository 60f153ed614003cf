import { z } from 'zod';
import { ALL_KINDS, KINDS, type Kind } from '../schema/kinds.js';

const glob = z.string().min(1);

/** A difference that is known, and accepted, in live databases. docs/config.md, "Ignore rules". */
export const ignoreRule = z
  .strictObject({
    kind: z
      .enum(ALL_KINDS as readonly [Kind, ...Kind[]])
      .describe('The kind of object, as `--reporter json` has it: `table`, `index`, `column`. Default: any.')
      .optional(),
    schema: glob.describe('The schema that the object is in, as a name or a glob. Default: any.').optional(),
    name: glob
      .describe(
        "The object's name, as a name or a glob; with its table's in front for what stands in a table: `orders.total`, `orders.*`. Default: any.",
      )
      .optional(),
    fact: z
      .string()
      .min(1)
      .describe(
        'The fact of the object that may differ, as `--reporter json` has it: `comment`, `default`. Default: any, and the object may be missing or additional.',
      )
      .optional(),
    reason: z
      .string()
      .trim()
      .min(1)
      .describe('Why the difference is accepted. Printed where the rule applies.'),
    expires: z.iso
      .date()
      .describe('The last day on which the rule holds, as `YYYY-MM-DD`. Default: it holds for good.')
      .optional(),
  })
  .superRefine(({ kind, schema, name, fact }, context) => {
    if ([kind, schema, name, fact].every((each) => each === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'one of kind, schema, name and fact: a rule that names none would ignore everything',
      });
    }
    const facts = factsOf(kind);
    if (fact !== undefined && !facts.includes(fact))
      context.addIssue({ code: 'invalid_value', values: [...facts], input: fact, path: ['fact'] });
  })
  .meta({ id: 'IgnoreRule', description: 'A difference that is known, and accepted, in live databases.' });

export type IgnoreRule = z.infer<typeof ignoreRule>;

/** The names of the facts that objects of a kind (or of any) have. */
function factsOf(kind: Kind | undefined): readonly string[] {
  const kinds = kind === undefined ? ALL_KINDS : [kind];
  return [...new Set([...kinds.flatMap((each) => Object.keys(KINDS[each].facts)), 'order'])].sort();
}
