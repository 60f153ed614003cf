import type { Routine } from '../../schema/kinds/routine.js';
import {
  decimalNumber,
  expression,
  field,
  flag,
  identifier,
  listOf,
  oneOf,
  ownName,
  phrase,
  required,
  sqlName,
  type Codec,
} from '../grammar.js';
import { allItems, itemEach, lineEach } from '../items.js';
import type { SectionKind } from '../kind-report.js';

/** The types that identify a routine, in one code span; none is a pair of parentheses. */
export const argumentTypes: Codec<string> = {
  print: (types, scope) => (types === '' ? '()' : `(${sqlName.print(types, scope)})`),
  parse: (cursor, scope) => {
    if (cursor.take('()')) return '';
    cursor.expect('(');
    const types = sqlName.parse(cursor, scope);
    cursor.expect(')');
    return types;
  },
};

const routine = (title: string): SectionKind<Routine> => ({
  layout: 'section',
  title,
  head: [required(ownName()), required(field('arguments', argumentTypes, ' '))],
  items: allItems<Routine>(
    lineEach(
      field('parameters', sqlName, 'arguments '),
      field('returns', sqlName, 'returns '),
      field('language', identifier, 'language '),
      flag('window', 'window'),
      phrase('volatility', [
        ['immutable', 'immutable'],
        ['stable', 'stable'],
      ]),
      flag('strict', 'strict'),
      flag('securityDefiner', 'security definer'),
      flag('leakproof', 'leakproof'),
      field('parallel', oneOf('safe', 'restricted'), 'parallel '),
      field('cost', decimalNumber, 'cost '),
      field('rows', decimalNumber, 'rows '),
      field('support', sqlName, 'support '),
      field('transforms', listOf(sqlName), 'transform for '),
      field('library', expression, 'library '),
    ),
    itemEach<Routine, 'settings', string>('settings', expression, 'set '),
  ),
  bodies: [
    { field: 'body', label: 'body', marks: '$$' },
    { field: 'sqlBody', label: 'sql body' },
  ],
});

export const functionDefinition = routine('Function');
export const procedure = routine('Procedure');
