import fc, { type Arbitrary } from 'fast-check';
import { anyText } from '../support/any-text.js';

/** The values that a schema is made of, the hostile ones often. */

/** Anything that PostgreSQL can store in `text`: no NUL, no lone surrogates. */
export const text: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '`',
    '``` a ``',
    '|',
    '\\|',
    'a\nb',
    '"quoted"',
    'json:"x"',
    '\\',
    '- item',
    '# heading',
    '<!-- driftmark format=1 -->',
    '<<<<<<< HEAD',
    'line\n<<<<<<< HEAD\nline',
    '\t',
    'a\rb',
    '$$',
    '*a* _b_ [c](d) <e>',
    '\u202ea',
    '\u200b',
    '表',
    '👩‍👩‍👧',
    'e\u0301',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  anyText({ maxLength: 12 }).map((value) => value.replaceAll('\0', '')),
  fc.string({ unit: fc.constantFrom('`', '|', '"', '\\', '\n', ' ', 'a', '$', '<'), maxLength: 12 }),
);

const LONGEST_NAME = 63;

/** A name: at least one byte, at most 63. */
export const name: Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('id', 'orders', 'a', 'a_b', 'A', 'order', '__proto__', 'constructor'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x'.repeat(LONGEST_NAME), '表'.repeat(21), 'Z'.repeat(LONGEST_NAME)),
  },
  { weight: 4, arbitrary: text.map(shortened).filter((value) => value !== '') },
);

function shortened(value: string): string {
  let short = value;
  while (Buffer.byteLength(short) > LONGEST_NAME) short = [...short].slice(0, -1).join('');
  return short;
}

export const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
export const texts = fc.array(text, { minLength: 1, maxLength: 3 });
export const yes = fc.constant<true>(true);
export const wholeNumber = fc.integer({ min: -1, max: 10_000 });
export const fraction = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.constantFrom(0.0025, 1.5, 1e21, 1e-7),
);
export const bigNumber = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);

type Values<O> = { readonly [F in keyof O]: Arbitrary<NonNullable<O[F]>> };
type RequiredKeys<O> = { [F in keyof O]-?: undefined extends O[F] ? never : F }[keyof O];

/** An object whose required fields are all there, and any of the others. The compiler asks for every field. */
export function object<O extends object>(
  required: Values<Pick<O, RequiredKeys<O>>>,
  optional: Values<Required<Omit<O, RequiredKeys<O>>>>,
): Arbitrary<O> {
  const model = { ...required, ...optional } as Record<string, Arbitrary<unknown>>;
  return fc.record(model, {
    requiredKeys: Object.keys(required),
    noNullPrototype: true,
  }) as unknown as Arbitrary<O>;
}
