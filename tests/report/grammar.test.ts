import { describe, expect, it } from 'vitest';
import { cursorOver } from '#src/report/cursor.js';
import {
  bigInteger,
  commas,
  decimalNumber,
  enclosed,
  expression,
  field,
  flag,
  identifier,
  inline,
  integer,
  listOf,
  oneOf,
  ownName,
  partFor,
  parseParts,
  phrase,
  printParts,
  qualifiedName,
  record,
  required,
  sqlName,
  WORDS,
  type Codec,
  type Part,
} from '#src/report/grammar.js';

const scope = { home: 'public' };

/** A codec with values and their printed form. The values are printed, and the printed form is parsed. */
const codec = <V>(name: string, of: Codec<V>, rows: readonly (readonly [value: V, printed: string])[]) =>
  rows.map(([value, printed]) => ({
    name,
    value,
    printed,
    print: () => of.print(value, scope),
    parse: () => {
      const cursor = cursorOver(printed, 1);
      const parsed = of.parse(cursor, scope);
      return { parsed, isAtEnd: cursor.atEnd() };
    },
  }));

const name = (schema: string, own: string) => ({ schema, name: own });

const CODECS = [
  ...codec('identifier', identifier, [
    ['orders', '`orders`'],
    ['_x1$', '`_x1$`'],
    ['Orders', '`"Orders"`'],
    ['two words', '`"two words"`'],
    ['1st', '`"1st"`'],
    ['a.b', '`"a.b"`'],
    ['say "hi"', '`"say \\"hi\\""`'],
    ['back\\slash', '`"back\\\\slash"`'],
    ['tick`', '`"tick\\u0060"`'],
    ['pipe|', '`"pipe\\u007c"`'],
    ['line\nbreak', '`"line\\nbreak"`'],
    ['größe', '`"größe"`'],
    ['zero\u200bwidth', '`"zero\\u200bwidth"`'],
    ['right\u202eto left', '`"right\\u202eto left"`'],
    ['', '`""`'],
  ]),
  ...codec('qualified name', qualifiedName, [
    [name('public', 'orders'), '`orders`'],
    [name('app', 'orders'), '`app.orders`'],
    [name('public', 'a.b'), '`"a.b"`'],
    [name('app', 'a.b'), '`app."a.b"`'],
    [name('My App', 'Orders'), '`"My App"."Orders"`'],
    [name('app', '"'), '`app."\\""`'],
  ]),
  ...codec('expression', expression, [
    ['now()', '`now()`'],
    ["'a'::text", "`'a'::text`"],
    ['a `b` c', '``a `b` c``'],
    ['a ``b`` c', '`json:"a \\u0060\\u0060b\\u0060\\u0060 c"`'],
    ['', '`json:""`'],
    [' x', '`json:" x"`'],
    ['x ', '`json:"x "`'],
    ['"Quoted"', '`json:"\\"Quoted\\""`'],
    ['two\nlines', '`json:"two\\nlines"`'],
    ['json:"x"', '`json:"json:\\"x\\""`'],
    ['json:x', '`json:x`'],
    ['a | b', '`a | b`'],
    ['tab\there', '`json:"tab\\there"`'],
  ]),
  ...codec('SQL name', sqlName, [
    ['numeric(10,2)', '`numeric(10,2)`'],
    ['"Quoted"', '`"Quoted"`'],
    ['"My App"."Type"', '`"My App"."Type"`'],
    [' x', '`json:" x"`'],
  ]),
  ...codec('integer', integer, [
    [0, '0'],
    [100, '100'],
    [-5, '-5'],
  ]),
  ...codec('big integer', bigInteger, [
    ['9223372036854775807', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
  ]),
  ...codec('decimal number', decimalNumber, [
    [1, '1'],
    [0.25, '0.25'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
  ]),
  ...codec<'set' | 'set null' | 'set default'>(
    'one of several words',
    oneOf('set', 'set null', 'set default'),
    [
      ['set', 'set'],
      ['set null', 'set null'],
      ['set default', 'set default'],
    ],
  ),
  ...codec('list', listOf(identifier), [
    [['a'], '`a`'],
    [['a', 'B'], '`a`, `"B"`'],
    [['a, b', 'c'], '`"a, b"`, `c`'],
  ]),
  ...codec<readonly ('insert' | 'update')[]>(
    'list with another separator',
    listOf(oneOf('insert', 'update'), ' or '),
    [
      [['insert'], 'insert'],
      [['insert', 'update'], 'insert or update'],
    ],
  ),
  ...codec('value in parentheses', enclosed(listOf(identifier)), [
    [[], '()'],
    [['a'], '(`a`)'],
    [['a', ')'], '(`a`, `")"`)'],
  ]),
  ...codec('value in other brackets', enclosed(integer, '[', ']'), [[3, '[3]']]),
];

describe('a codec prints a value and parses it again', () => {
  it.each(CODECS)('$name $value as $printed', ({ value, printed, print, parse }) => {
    expect(print()).toBe(printed);
    expect(parse()).toEqual({ parsed: value, isAtEnd: true });
  });
});

describe('a codec rejects', () => {
  it.each<{ name: string; of: Pick<Codec<unknown>, 'parse'>; text: string; expected: string }>([
    { name: 'a bare identifier', of: identifier, text: 'orders', expected: 'a code span' },
    {
      name: 'a qualified identifier',
      of: identifier,
      text: '`a.b`',
      expected: 'a name without qualification',
    },
    { name: 'three names', of: qualifiedName, text: '`a.b.c`', expected: 'a name' },
    { name: 'a name that ends with a dot', of: qualifiedName, text: '`a.`', expected: 'a name after' },
    {
      name: 'an upper-case name without quotes',
      of: identifier,
      text: '`Orders`',
      expected: 'a name instead of',
    },
    { name: 'a name with an open quote', of: identifier, text: '`"orders`', expected: 'a name instead of' },
    { name: 'an open code span', of: expression, text: '`a', expected: 'the end of the code span' },
    {
      name: 'a code span with other backticks at its end',
      of: expression,
      text: '``a`',
      expected: 'the end of',
    },
    { name: 'broken JSON', of: expression, text: '`json:"a`', expected: 'valid JSON after `json:`' },
    { name: 'a word for a number', of: integer, text: 'many', expected: 'a number' },
    { name: 'a word for a big integer', of: bigInteger, text: 'x', expected: 'a number' },
    { name: 'a word for a decimal number', of: decimalNumber, text: 'x', expected: 'a number' },
    {
      name: 'an unknown word',
      of: oneOf('row', 'statement'),
      text: 'rows',
      expected: 'one of: row, statement',
    },
    { name: 'a value without its bracket', of: enclosed(integer), text: '3', expected: '"("' },
    { name: 'a value with an open bracket', of: enclosed(integer), text: '(3', expected: '")"' },
  ])('$name', ({ of, text, expected }) => {
    expect(() => of.parse(cursorOver(text, 7), scope)).toThrow(expected);
  });

  it('names the line and the text that it found', () => {
    expect(() => integer.parse(cursorOver('many', 7), scope)).toThrow(
      expect.objectContaining({
        line: 7,
        message: expect.stringContaining('found "many"') as string,
      }) as Error,
    );
  });
});

interface Thing {
  readonly schema: string;
  readonly name: string;
  readonly method?: string;
  readonly keys?: readonly string[];
  readonly level?: 'low' | 'lower still';
  readonly cycle?: true;
  readonly cache?: number;
  readonly start?: number;
  readonly where?: string;
  readonly from?: { readonly schema: string; readonly name: string };
}

const keys = enclosed(listOf(identifier));
const LINE: readonly Part<Thing>[] = [
  required(ownName()),
  field('method', identifier, ' using '),
  field('keys', keys, ' '),
  phrase('level', [
    ['low', ' low'],
    ['lower still', ' low indeed'],
  ]),
  commas(' with ', [
    flag('cycle', 'cycle'),
    field('cache', integer, 'cache '),
    field('start', integer, 'start '),
  ]),
  field('where', expression, ' where '),
];

const thing = (properties: Partial<Thing>): Thing => ({ schema: 'public', name: 't', ...properties });

describe('a line of parts prints an object and parses it again', () => {
  it.each<readonly [Partial<Thing>, string]>([
    [{}, '`t`'],
    [{ schema: 'app' }, '`app.t`'],
    [{ method: 'gin' }, '`t` using `gin`'],
    [{ keys: [] }, '`t` ()'],
    [{ keys: ['a'] }, '`t` (`a`)'],
    [{ method: 'gin', keys: ['a', 'b'] }, '`t` using `gin` (`a`, `b`)'],
    [{ level: 'low' }, '`t` low'],
    [{ level: 'lower still' }, '`t` low indeed'],
    [{ cycle: true }, '`t` with cycle'],
    [{ cache: 5 }, '`t` with cache 5'],
    [{ start: 7 }, '`t` with start 7'],
    [{ cycle: true, cache: 5 }, '`t` with cycle, cache 5'],
    [{ cycle: true, start: 7 }, '`t` with cycle, start 7'],
    [{ cache: 5, start: 7 }, '`t` with cache 5, start 7'],
    [{ cycle: true, cache: 5, start: 7 }, '`t` with cycle, cache 5, start 7'],
    [{ where: 'a > 1' }, '`t` where `a > 1`'],
    [{ start: 0, where: ' with ' }, '`t` with start 0 where `json:" with "`'],
    [{ level: 'low', where: 'x' }, '`t` low where `x`'],
  ])('%j as %s', (properties, printed) => {
    const object = thing(properties);
    expect(printParts(LINE, object, scope)).toBe(printed);
    const cursor = cursorOver(printed, 1);
    expect(parseParts(LINE, cursor, {}, scope)).toEqual(object);
    expect(cursor.atEnd()).toBe(true);
  });

  it.each([
    ['an unknown word', '`t` sideways'],
    ['parts in another order', '`t` low using `gin`'],
    ['a comma without a part after it', '`t` with cycle, nothing'],
    ['a word that only begins like a phrase', '`t` lowest'],
  ])('stops before %s', (_, line) => {
    const cursor = cursorOver(line, 1);
    parseParts(LINE, cursor, {}, scope);
    expect(cursor.atEnd()).toBe(false);
  });

  it('fails without a required part', () => {
    const line = [required(field<Thing, 'method'>('method', identifier, 'using '))];
    expect(() => parseParts(line, cursorOver('low', 1), {}, scope)).toThrow('expected the method');
  });
});

describe('the smaller pieces', () => {
  it('a record is an object as a value', () => {
    const codecOf = record<Thing>(...LINE);
    expect(codecOf.print(thing({ cycle: true }), scope)).toBe('`t` with cycle');
    expect(codecOf.parse(cursorOver('`t` with cycle', 1), scope)).toEqual(thing({ cycle: true }));
  });

  it('an inline property does not move the cursor if its beginning is not next', () => {
    const part = inline<Thing, 'from'>('from', qualifiedName, /`/);
    const object = {};
    const cursor = cursorOver('low', 1);
    expect(part.parse(cursor, object, scope)).toBe(false);
    expect(object).toEqual({});
    expect(cursor.sees('low')).toBe(true);
    expect(part.print(thing({ from: name('app', 'x') }), scope)).toBe('`app.x`');
  });

  it('a word must end where the wanted word ends', () => {
    expect(cursorOver('rows', 1).take('row')).toBe(false);
    expect(cursorOver('row level', 1).take('row')).toBe(true);
    expect(cursorOver('row(1)', 1).take('row')).toBe(true);
  });

  it('an attempt that returns false does not move the cursor', () => {
    const cursor = cursorOver('a b', 1);
    expect(cursor.attempt(() => cursor.take('a ') && cursor.take('c'))).toBe(false);
    expect(cursor.sees('a b')).toBe(true);
  });

  it.each([
    ['method', 'method'],
    ['cache', 'cache'],
    ['start', 'start'],
    ['from', undefined],
  ])('partFor() finds the part of %s, also within a list with commas', (property, found) => {
    expect(partFor(LINE, property)?.field).toBe(found);
  });

  it('WORDS prints names and expressions without Markdown', () => {
    const words = { home: 'public', style: WORDS };
    const object = thing({ schema: 'app', method: 'gin', keys: ['a', 'B'], where: 'a > 1' });
    expect(printParts(LINE, object, words)).toBe('app.t using gin (a, "B") where a > 1');
  });
});
