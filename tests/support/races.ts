/** A schema in which everything depends on something that can change under a reader. */
export const RACING_SCHEMA = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE FUNCTION half(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE owners (id integer PRIMARY KEY, name text);
CREATE TABLE things (id integer PRIMARY KEY, owner integer REFERENCES owners, price numeric CHECK (price > 0),
  feels mood DEFAULT 'ok', many positive, halved integer GENERATED ALWAYS AS (half(id)) STORED);
CREATE INDEX things_half ON things (half(id), price) WHERE price > 1;
CREATE VIEW cheap AS SELECT id, price, feels FROM things WHERE price < 10;
CREATE MATERIALIZED VIEW dear AS SELECT owner, count(*) AS how_many FROM things GROUP BY owner;
CREATE RULE kept AS ON DELETE TO owners DO INSTEAD NOTHING;
CREATE TRIGGER touched BEFORE UPDATE ON things FOR EACH ROW WHEN (new.price > old.price) EXECUTE FUNCTION touch();
CREATE POLICY own ON things USING (owner IN (SELECT id FROM owners));
CREATE SCHEMA other; CREATE TABLE other.far (thing integer REFERENCES things, feels mood);
CREATE VIEW wide AS SELECT t.id, f.feels FROM things t JOIN other.far f ON f.thing = t.id;`;

/** What goes wrong when definitions are read while they change: each list of statements ends where it began. */
export const RACES: Readonly<Record<string, readonly string[]>> = {
  'a column is renamed': [
    'ALTER TABLE things RENAME price TO cost',
    'ALTER TABLE things RENAME cost TO price',
  ],
  'a table is renamed': ['ALTER TABLE owners RENAME TO people', 'ALTER TABLE people RENAME TO owners'],
  'a schema is renamed': ['ALTER SCHEMA other RENAME TO another', 'ALTER SCHEMA another RENAME TO other'],
  'a table comes, changes and goes': [
    'CREATE TABLE spare (a integer CHECK (a > 0), b text DEFAULT current_user, PRIMARY KEY (a))',
    'ALTER TABLE spare ADD COLUMN c integer GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE spare ALTER COLUMN b TYPE varchar(9)',
    'ALTER TABLE spare DROP COLUMN a',
    'DROP TABLE spare',
  ],
  'a type is renamed': ['ALTER TYPE mood RENAME TO humour', 'ALTER TYPE humour RENAME TO mood'],
  'a value of an enum is renamed': [
    `ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'`,
    `ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'`,
  ],
  'a domain changes': [
    'ALTER DOMAIN positive RENAME TO natural_number',
    'ALTER DOMAIN natural_number ADD CONSTRAINT small CHECK (VALUE < 100)',
    'ALTER DOMAIN natural_number DROP CONSTRAINT small',
    'ALTER DOMAIN natural_number RENAME TO positive',
  ],
  'a view is dropped and made again': [
    'DROP VIEW cheap',
    'CREATE VIEW cheap AS SELECT id, price, feels FROM things WHERE price < 10',
  ],
  'a view is replaced': [
    'CREATE OR REPLACE VIEW cheap AS SELECT id, price, feels FROM things WHERE price < 9',
    'CREATE OR REPLACE VIEW cheap AS SELECT id, price, feels FROM things WHERE price < 10',
  ],
  'a materialized view is dropped and made again': [
    'DROP MATERIALIZED VIEW dear',
    'CREATE MATERIALIZED VIEW dear AS SELECT owner, count(*) AS how_many FROM things GROUP BY owner',
  ],
  'a function is renamed': ['ALTER FUNCTION half RENAME TO halve', 'ALTER FUNCTION halve RENAME TO half'],
  'a function is replaced': [
    `CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    `CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'`,
  ],
  'an index, a constraint, a trigger, a rule and a policy change': [
    'DROP INDEX things_half',
    'CREATE INDEX things_half ON things (half(id), price) WHERE price > 1',
    'ALTER TABLE things RENAME CONSTRAINT things_price_check TO dear_enough',
    'ALTER TABLE things RENAME CONSTRAINT dear_enough TO things_price_check',
    'ALTER TABLE things DISABLE TRIGGER touched',
    'ALTER TABLE things ENABLE TRIGGER touched',
    'ALTER RULE kept ON owners RENAME TO safe',
    'ALTER RULE safe ON owners RENAME TO kept',
    'ALTER POLICY own ON things USING (owner IN (SELECT id FROM owners WHERE name IS NOT NULL))',
    'ALTER POLICY own ON things USING (owner IN (SELECT id FROM owners))',
  ],
};
