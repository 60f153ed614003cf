import { describe, expect, it } from 'vitest';
import { mentionsIn, qualifierPattern, wordPattern } from '#src/drift/tenant-name.js';
import { shapeOf } from '#src/drift/tenant-shape.js';
import { column, schemaOf } from '../support/schemas.js';

describe('the qualifier of a tenant schema', () => {
  it.each([
    { text: 'acme.orders', is: 'X.orders' },
    { text: '"acme".orders', is: 'X.orders' },
    { text: "nextval('acme.s'::regclass)", is: "nextval('X.s'::regclass)" },
    { text: 'acme.a + acme.b', is: 'X.a + X.b' },
    { text: 'big_acme.orders', is: 'big_acme.orders' },
    { text: 'other.acme.orders', is: 'other.acme.orders' },
    { text: 'acme_2.orders', is: 'acme_2.orders' },
    { text: 'acme', is: 'acme' },
    { text: 'ACME.orders', is: 'ACME.orders' },
  ])('in $text gives $is', ({ text, is }) => {
    expect(text.replace(qualifierPattern('acme'), 'X.')).toBe(is);
  });

  it('is found in quotes for a name that needs them', () => {
    expect('"Acme Inc".orders'.replace(qualifierPattern('Acme Inc'), 'X.')).toBe('X.orders');
  });
});

describe('the name of a tenant schema as a word', () => {
  it.each([
    { text: 'search_path=acme, public', is: 'search_path=X, public' },
    { text: "'acme'", is: "'X'" },
    { text: 'acmes', is: 'acmes' },
    { text: 'my_acme', is: 'my_acme' },
    { text: 'acme$1', is: 'acme$1' },
  ])('in $text gives $is', ({ text, is }) => {
    expect(text.replace(wordPattern('acme'), 'X')).toBe(is);
  });
});

const tenant = (name: string, facts = {}) =>
  schemaOf({ table: [{ schema: name, name: 't' }], column: [{ ...column('t', 'a', facts), schema: name }] }, [
    name,
  ]);

describe('the shape of a tenant schema', () => {
  it('is the same for two tenants that differ in nothing but the name', () => {
    const [one, two] = ['one', 'two'].map((name) =>
      shapeOf(tenant(name, { default: `nextval('${name}.s'::regclass)` }), name),
    );
    expect(one).toBe(two);
  });

  it('differs if a type differs', () => {
    expect(shapeOf(tenant('one', { type: 'text' }), 'one')).not.toBe(shapeOf(tenant('two'), 'two'));
  });

  it('differs if one of them refers to the schema of the other', () => {
    const foreign = tenant('two', { default: "nextval('one.s'::regclass)" });
    const own = tenant('one', { default: "nextval('one.s'::regclass)" });
    expect(shapeOf(foreign, 'two')).not.toBe(shapeOf(own, 'one'));
  });
});

describe('mentionsIn', () => {
  const mentions = mentionsIn(tenant('one', { default: "nextval('one.s'::regclass)" }));
  it.each([
    { name: 'one', is: true },
    { name: 'regclass', is: true },
    { name: 'on', is: false },
    { name: 'two', is: false },
  ])('says $is for $name', ({ name, is }) => {
    expect(mentions(name)).toBe(is);
  });
});
