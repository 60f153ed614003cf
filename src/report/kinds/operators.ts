import type { Cast, Operator } from '../../schema/kinds/operators.js';
import { field, flag, oneOf, ownName, phrase, required, sqlName, type Codec } from '../grammar.js';
import type { ListKind } from '../kind-report.js';

/** An operand's type; a prefix operator has none on its left. */
const operand: Codec<string> = {
  print: (type, scope) => (type === '' ? 'none' : sqlName.print(type, scope)),
  parse: (cursor, scope) => (cursor.take('none') ? '' : sqlName.parse(cursor, scope)),
};

export const operator: ListKind<Operator> = {
  layout: 'list',
  heading: 'Operators',
  line: [
    required(ownName()),
    required(field('left', operand, ' (')),
    required(field('right', closed(operand), ', ')),
    required(field('function', sqlName, ' function ')),
    field('commutator', sqlName, ' commutator '),
    field('negator', sqlName, ' negator '),
    field('restrict', sqlName, ' restrict '),
    field('join', sqlName, ' join '),
    flag('hashes', ' hashes'),
    flag('merges', ' merges'),
  ],
};

/** A value before a closing parenthesis. */
function closed<V>(codec: Codec<V>): Codec<V> {
  return {
    print: (value, scope) => `${codec.print(value, scope)})`,
    parse: (cursor, scope) => {
      const value = codec.parse(cursor, scope);
      cursor.expect(')');
      return value;
    },
  };
}

export const cast: ListKind<Cast> = {
  layout: 'list',
  heading: 'Casts',
  line: [
    required(field('source', sqlName)),
    required(field('target', sqlName, ' as ')),
    field('function', sqlName, ' function '),
    phrase('method', [
      ['inout', ' inout'],
      ['binary', ' binary'],
    ]),
    field('context', oneOf('assignment', 'implicit'), ' as '),
  ],
};
