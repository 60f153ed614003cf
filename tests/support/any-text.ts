import fc, { type Arbitrary } from 'fast-check';

const codePoint = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0x2ff }) },
  fc.integer({ min: 0x300, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
);

/**
 * Any text without lone surrogates. The unit `binary` of fast-check's own strings takes seconds to prepare, because it
 * lists all code points.
 */
export const anyText = (length: {
  readonly minLength?: number;
  readonly maxLength: number;
}): Arbitrary<string> => fc.array(codePoint, length).map((codes) => String.fromCodePoint(...codes));
