import type pg from 'pg';

const CALLED = 'hostile code was called';

/** Whether a part of a server's log says that code of the database was called. */
export const wasCalled = (log: string) => log.includes(`LOG:  ${CALLED}`);

/** The body of a function that must not be called. */
export const hostileBody = (result: string) =>
  `LANGUAGE plpgsql AS $$ BEGIN RAISE LOG '${CALLED}'; RETURN ${result}; END $$`;

const BODY = `$body$ ${hostileBody('NULL')} $body$`;

/** The types of the operands and arguments in driftmark's SQL. */
const USED = [
  ...['oid', 'name', 'text', 'bool', '"char"', 'int2', 'int4', 'int8', 'xid', 'jsonb', 'regclass', 'regproc'],
  ...['regnamespace', 'oid[]', 'int2[]', 'text[]', 'int2vector', 'oidvector', 'pg_node_tree', 'aclitem'],
];

const OPERATORS = ['=', '<>', '<=', '>=', '>', '~~', '!~', '||', '<@', '+', '-', '<<'];

/** Makes operators of all names for pairs of types (all, or those that driftmark had used), and functions by the names of PostgreSQL's own, in a schema. */
export async function makeHostileFunctions(
  client: pg.Client,
  schema: string,
  pairs: 'all' | 'some',
): Promise<void> {
  const right = pairs === 'all' ? USED : ['int4', 'text'];
  await client.query(`SET search_path = pg_catalog, pg_temp; DO $do$
    DECLARE l text; r text; o text; f record; BEGIN
      FOREACH l IN ARRAY ARRAY[${USED.map((type) => `'${type}'`).join(', ')}] LOOP
        FOREACH r IN ARRAY ARRAY[${right.map((type) => `'${type}'`).join(', ')}] LOOP
          EXECUTE pg_catalog.format('CREATE FUNCTION ${schema}.hostile(%s, %s) RETURNS bool %s', l, r, ${BODY});
          FOREACH o IN ARRAY ARRAY[${OPERATORS.map((name) => `'${name}'`).join(', ')}] LOOP
            EXECUTE pg_catalog.format('CREATE OPERATOR ${schema}.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = ${schema}.hostile)', o, l, r);
          END LOOP;
        END LOOP;
      END LOOP;
      FOR f IN SELECT p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments FROM pg_catalog.pg_proc p
          WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace AND p.prokind = 'f'
            AND p.proname ~ '^(pg_get_|format|has_|pg_.*_is_visible|coalesce|quote_|obj_desc|acl|lower|age|row_sec|json|unnest|gener|to_reg|curr|concat|textin|xid|int8|set_config|card|array_)' LOOP
        BEGIN
          EXECUTE pg_catalog.format('CREATE FUNCTION ${schema}.%I(%s) RETURNS text %s', f.proname, f.arguments, ${BODY});
        EXCEPTION WHEN OTHERS THEN NULL; -- pseudo-types, which plpgsql does not take
        END;
      END LOOP;
    END $do$`);
}

/** Makes implicit casts from all used types to all base types of PostgreSQL that it does not bring itself. */
export async function makeHostileCasts(client: pg.Client, schema: string): Promise<void> {
  await client.query(`SET search_path = pg_catalog, pg_temp; DO $do$
    DECLARE s text; t text; BEGIN
      FOREACH s IN ARRAY ARRAY[${USED.map((type) => `'${type}'`).join(', ')}] LOOP
        FOR t IN SELECT x.oid::pg_catalog.regtype::text FROM pg_catalog.pg_type x
            WHERE x.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AND x.typtype = 'b' AND x.oid <> s::pg_catalog.regtype
              AND (x.typcategory <> 'A' OR x.oid::pg_catalog.regtype::text IN (${USED.map((type) => `'${type}'`).join(', ')}, 'smallint[]', 'integer[]')) LOOP
          BEGIN
            EXECUTE pg_catalog.format('CREATE FUNCTION ${schema}.%I(%s) RETURNS %s %s', 'hostile_' || t, s, t, ${BODY});
            EXECUTE pg_catalog.format('CREATE CAST (%s AS %s) WITH FUNCTION ${schema}.%I(%s) AS IMPLICIT', s, t, 'hostile_' || t, s);
          EXCEPTION WHEN OTHERS THEN NULL; -- PostgreSQL brings that cast
          END;
        END LOOP;
      END LOOP;
    END $do$`);
}

/** Makes types by the names of PostgreSQL's own, and tables by the names of its catalogs. */
export async function makeHostileNames(client: pg.Client, schema: string): Promise<void> {
  const types = [
    'oid',
    'text',
    'name',
    'bool',
    'int2',
    'int4',
    'int8',
    'xid',
    'regclass',
    'regproc',
    '"char"',
  ];
  for (const type of types) await client.query(`CREATE DOMAIN ${schema}.${type} AS pg_catalog.bytea`);
  for (const catalog of ['pg_class', 'pg_proc', 'pg_attribute', 'pg_namespace', 'pg_type', 'pg_depend'])
    await client.query(`CREATE TABLE ${schema}.${catalog} (hostile pg_catalog.int4)`);
}
