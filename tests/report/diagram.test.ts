import { describe, expect, it } from 'vitest';
import { renderMermaid } from '#src/report/diagram/section.js';
import type { ForeignKey } from '#src/schema/kinds/constraints.js';
import { readDiagram } from '../support/mermaid.js';
import { column, foreignKey, in_, nullable, schemaOf, tables, unique } from '../support/schemas.js';

const SHOP = schemaOf({
  table: tables('customers', 'orders', 'profiles', 'categories'),
  column: [
    column('customers', 'id'),
    column('customers', 'email', { type: 'character varying', maxLength: 200 }),
    column('orders', 'tenant_id'),
    column('orders', 'id'),
    column('orders', 'customer_id'),
    nullable('orders', 'parent_tenant_id'),
    column('orders', 'parent_id'),
    column('orders', 'total', { type: 'numeric(12,2)' }),
    column('profiles', 'customer_id'),
    column('categories', 'id'),
    nullable('categories', 'parent_id'),
  ],
  index: [
    unique('customers', ['id'], { unique: 'primary key' }),
    unique('customers', ['email']),
    unique('orders', ['tenant_id', 'id'], { unique: 'primary key' }),
    unique('orders', ['customer_id'], { predicate: '(total > 0)' }),
    unique('profiles', ['customer_id'], { unique: 'primary key' }),
    unique('categories', ['id'], { unique: 'primary key' }),
  ],
  foreignKey: [
    foreignKey('orders', ['customer_id'], 'customers'),
    foreignKey('orders', ['parent_tenant_id', 'parent_id'], 'orders'),
    foreignKey('profiles', ['customer_id'], 'customers'),
    foreignKey('categories', ['parent_id'], 'categories'),
  ],
});

describe('a diagram that Mermaid parses', () => {
  it('has the tables, the types and keys of their columns, and foreign keys with their cardinalities', async () => {
    expect(await readDiagram(renderMermaid(SHOP))).toEqual({
      entities: {
        categories: ['bigint id PK', 'bigint parent_id FK'],
        customers: ['bigint id PK', 'varchar(200) email UK'],
        orders: [
          'bigint tenant_id PK',
          'bigint id PK',
          'bigint customer_id FK',
          'bigint parent_tenant_id FK',
          'bigint parent_id FK',
          'numeric(12‚2) total',
        ],
        profiles: ['bigint customer_id PK,FK'],
      },
      relationships: [
        'categories ZERO_OR_ONE to ZERO_OR_MORE categories: parent_id',
        'customers ONLY_ONE to ZERO_OR_MORE orders: customer_id',
        'orders ZERO_OR_ONE to ZERO_OR_MORE orders: parent_tenant_id, parent_id',
        'customers ONLY_ONE to ZERO_OR_ONE profiles: customer_id',
      ],
    });
  });

  it.each([
    { what: 'part of a unique constraint is unique', columns: ['a', 'b'], by: ['a'], is: 'ZERO_OR_ONE' },
    { what: 'only more columns are unique', columns: ['a'], by: ['a', 'b'], is: 'ZERO_OR_MORE' },
  ])('draws $is for $what', async ({ columns, by, is }) => {
    const schema = schemaOf({
      table: tables('t', 'u'),
      column: [column('t', 'a'), column('t', 'b')],
      index: [unique('t', by)],
      foreignKey: [foreignKey('t', columns, 'u')],
    });
    expect((await readDiagram(renderMermaid(schema))).relationships).toEqual([
      `u ONLY_ONE to ${is} t: ${columns.join(', ')}`,
    ]);
  });

  it('draws a foreign key with MATCH FULL as required if any of its columns is not null', async () => {
    const some = (match: Partial<ForeignKey>) =>
      schemaOf({
        table: tables('t', 'u'),
        column: [column('t', 'a'), nullable('t', 'b')],
        foreignKey: [foreignKey('t', ['a', 'b'], 'u', match)],
      });
    const relationships = async (match: Partial<ForeignKey>) =>
      (await readDiagram(renderMermaid(some(match)))).relationships;
    expect(await relationships({})).toEqual(['u ZERO_OR_ONE to ZERO_OR_MORE t: a, b']);
    expect(await relationships({ match: 'full' })).toEqual(['u ONLY_ONE to ZERO_OR_MORE t: a, b']);
  });

  it('draws partitions as their parent, and qualifies tables of other schemas', async () => {
    const partition = (name: string, table: string) => ({
      schema: 'public',
      name,
      partitionOf: { schema: 'public', table, bound: 'DEFAULT' },
    });
    const schema = schemaOf(
      {
        table: [
          ...tables('events'),
          partition('events_1', 'events'),
          partition('events_1_1', 'events_1'),
          { schema: 'app', name: 'users' },
        ],
        column: [
          column('events', 'user_id'),
          column('events_1', 'user_id'),
          column('events_1_1', 'user_id'),
          { ...column('users', 'event_id'), schema: 'app' },
        ],
        foreignKey: [
          { ...foreignKey('events_1_1', ['user_id'], 'users'), references: in_('app', 'users') },
          { ...foreignKey('events_1', ['user_id'], 'users'), references: in_('app', 'users') },
          { ...foreignKey('users', ['event_id'], 'events_1_1'), schema: 'app' },
          { ...foreignKey('events', ['user_id'], 'x'), references: in_('elsewhere', 'x') },
        ],
      },
      ['public', 'app'],
    );
    expect(await readDiagram(renderMermaid(schema))).toEqual({
      entities: { events: ['bigint user_id FK'], 'app.users': ['bigint event_id FK'], 'elsewhere.x': [] },
      relationships: [
        'elsewhere.x ONLY_ONE to ZERO_OR_MORE events: user_id',
        'app.users ONLY_ONE to ZERO_OR_MORE events: user_id',
        'events ONLY_ONE to ZERO_OR_MORE app.users: event_id',
      ],
    });
  });

  it('draws an empty diagram for a schema without tables', async () => {
    expect(await readDiagram(renderMermaid(schemaOf({})))).toEqual({ entities: {}, relationships: [] });
  });

  it.each([
    { type: 'numeric(10,2)', word: 'numeric(10‚2)' },
    { type: 'timestamp(3) with time zone', word: 'timestamptz(3)' },
    { type: 'time without time zone', word: 'time' },
    { type: 'character varying(5)[]', word: 'varchar(5)[]' },
    { type: 'character(3)[]', word: 'char(3)[]' },
    { type: '"char"', word: 'char "char"' },
    { type: 'double precision', word: 'double_precision' },
    { type: 'app.order_status', word: 'app․order_status' },
    { type: '"Order Status"[]', word: 'Order_Status_[] "Order Status"[]' },
    { type: 'pk', word: '_pk pk' },
    { type: '"größe"', word: 'größe "größe"' },
    { type: '"%%"', word: '_ "%%"' },
  ])('contains the type $type as $word', async ({ type, word }) => {
    const schema = schemaOf({ table: tables('t'), column: [column('t', 'c', { type })] });
    const [first = '', ...note] = word.split(' ');
    expect((await readDiagram(renderMermaid(schema))).entities).toEqual({
      t: [[first, 'c', ...note].join(' ')],
    });
  });
});
