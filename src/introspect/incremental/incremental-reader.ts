import { isDeepStrictEqual } from 'node:util';
import { ALL_KINDS, type Kind, type ObjectByKind } from '../../schema/kinds.js';
import { isSameList, mapKinds, noObjects, type ObjectsByKind, type Schema } from '../../schema/model.js';
import { BACKSTAGE_READERS } from '../backstage.js';
import {
  closeReading,
  introspect,
  openReading,
  readNamespaces,
  type IntrospectOptions,
  type Namespace,
  type Opened,
} from '../introspect.js';
import { createNormalizer } from '../normalize.js';
import { BEGIN, pinnedForSession } from '../settings.js';
import type { AnyReaders } from '../read-kinds.js';
import { READERS } from '../readers.js';
import { rowsOf, statements, together, type Connection } from '../statements.js';
import { affectedObjects, isAsMuch, type Affected, type AffectedObjects } from './affected-objects.js';
import { watchCatalogs, type CatalogChanges } from './catalog-changes.js';
import { kindsOf, RELATION_KINDS } from './kinds-of-relations.js';
import { mergeObjects, objectsOf } from './merge-objects.js';
import { likePatterns, mayChangeScope } from './scope-changes.js';
import { sharingObjects, type Share } from './shared-objects.js';
import { earlierReadings } from './undone-changes.js';

/** A reading, with everything that the next one needs. */
interface Reading {
  readonly opened: Opened;
  readonly chosen: readonly Namespace[];
  /** As read, before redundant facts are removed. */
  readonly raw: Schema;
  readonly schema: Schema;
  readonly extensionMembers: ReadonlySet<string>;
}

/** Objects that were read again: those of some relations, and all objects of some kinds. */
interface ReadObjects {
  readonly ofSome: ObjectsByKind;
  readonly ofWhole: ObjectsByKind;
}

export interface IncrementalReaderOptions extends IntrospectOptions {
  /** Reads everything after each incremental reading, and throws if the two differ. */
  readonly verify?: boolean;
  /**
   * Whether the server's counters contain everything that was written to the database so far. A reading is faster then.
   * Default: never.
   */
  readonly areWritesCounted?: (() => boolean) | undefined;
  /** Lets several readers share equal objects. Default: each has its own. */
  readonly share?: Share | undefined;
}

/**
 * Reads the schema of one database repeatedly. After the first reading, it reads only what changed, and what is
 * printed differently because of that. If a change cannot be mapped to single objects, it reads everything. The
 * result
 * always equals a full reading. Unchanged objects, and lists without changes, are the same references as before.
 * @param connection of a database whose catalogs do not change during a reading. Its settings are changed.
 * @example const read = incrementalReader(client, options); await read();
 */
export function incrementalReader(
  connection: Connection,
  { verify = false, areWritesCounted, share = sharingObjects(), ...options }: IncrementalReaderOptions,
): () => Promise<Schema> {
  const watcher = watchCatalogs(connection, areWritesCounted);
  const normalize = createNormalizer(undefined, options.ownerOfMost, share);
  const earlier = earlierReadings<Reading>(watcher.rows);
  let previous: Reading | undefined;
  let isPinned = false;
  /** Whether a transaction is open. */
  let isOpen = false;
  const end = (): Promise<void> => {
    isOpen = false;
    return closeReading(connection);
  };
  const readers: AnyReaders = options.detail === 'backstage' ? BACKSTAGE_READERS : READERS;
  const isRead = (kind: Kind) => kind in readers;
  const shareAll = (objects: ObjectsByKind): ObjectsByKind =>
    mapKinds((kind) => objects[kind].map((object) => share(kind, object)));
  const isHistory = likePatterns(options.historyTables);

  const readAll = async (): Promise<Reading> => {
    earlier.clear();
    const opened = await openReading(connection, options, '');
    const chosen = opened.namespaces.filter(({ name }) => options.covers(name));
    const read = (await readNamespaces(connection, opened, chosen, { ...options, isRaw: true }))();
    const raw = { ...read, objects: shareAll(read.objects) };
    const [members] = await statements(connection, [EXTENSION_MEMBERS]);
    const extensionMembers = new Set(rowsOf<{ oid: number }>(members).map(({ oid }) => String(oid)));
    return { opened, chosen, raw, schema: normalize(raw), extensionMembers };
  };

  /** Reads the affected objects. */
  const readObjects = async (
    { opened, chosen }: Reading,
    { relations, relationKinds, kinds }: Affected,
  ): Promise<ReadObjects> => {
    const readKinds = async (namespaces: readonly Namespace[], kinds: readonly Kind[]) => {
      if (kinds.length === 0) return noObjects();
      const settings = { ...options, isRaw: true, kinds, opening: PLANS_FOR_FEW };
      return shareAll((await readNamespaces(connection, opened, namespaces, settings))().objects);
    };
    // There are relations of some kinds only.
    const there = kindsOf(relations, watcher.rows);
    const some = chosen.map((each, at) => ({ ...each, relations: at === 0 ? [...relations] : [] }));
    const [ofSome, ofWhole] = await Promise.all([
      readKinds(
        some,
        there.filter((kind) => isRead(kind) && relationKinds.has(kind)),
      ),
      readKinds(chosen, [...kinds].filter(isRead)),
    ]);
    return { ofSome, ofWhole };
  };

  /**
   * Reads what changed, while the server looks for what depends on that. Mostly this is nothing else, and the
   * transaction can end.
   */
  const readPart = async (last: Reading, { changed, withDependents }: AffectedObjects): Promise<Reading> => {
    const [read, affected] = await together(connection, () => {
      const sent = Promise.all([readObjects(last, changed), withDependents()]);
      if ([...changed.relationKinds, ...changed.kinds].every((kind) => readers[kind]?.deparsed === undefined))
        void end();
      return sent;
    });
    if (isAsMuch(changed, affected)) return merged(last, affected, read);
    if (!isOpen) await connection.query(BEGIN);
    isOpen = true;
    return merged(last, affected, await readObjects(last, affected));
  };

  const merged = (last: Reading, affected: Affected, { ofSome, ofWhole }: ReadObjects): Reading => {
    const { namespaces, objects } = last.raw;
    const { dropped, names, kinds, relationKinds } = affected;
    const isWhole = (kind: Kind) => kinds.has(kind) && isRead(kind);
    const replacedIn = <K extends Kind>(kind: K): readonly ObjectByKind[K][] => {
      if (isWhole(kind)) return objects[kind];
      if (!RELATION_KINDS.includes(kind) || !isRead(kind)) return [];
      const relations = relationKinds.has(kind) ? [...dropped, ...names] : dropped;
      return objectsOf(kind, objects[kind], relations, namespaces);
    };
    const now = mapKinds((kind) =>
      mergeObjects(
        kind,
        objects[kind],
        isWhole(kind) ? ofWhole[kind] : ofSome[kind],
        replacedIn(kind),
        namespaces,
      ),
    );
    if (ALL_KINDS.every((kind) => now[kind] === objects[kind])) return last;
    const raw = { namespaces, objects: now };
    return { ...last, raw, schema: normalize(raw) };
  };

  /** Undefined if the changes cannot be mapped to single objects. */
  const affectedSince = async (
    last: Reading,
    changes: CatalogChanges,
  ): Promise<AffectedObjects | undefined> => {
    const { opened, chosen, raw, extensionMembers } = last;
    if (changes.unmapped !== undefined || mayChangeScope(last, changes.rows, watcher.rows, isHistory))
      return undefined;
    return affectedObjects(connection, changes.rows, watcher.rows, {
      namespaces: new Map(chosen.map(({ oid, name }) => [oid, name])),
      excludedRelations: new Set(opened.excludedRelations),
      extensionMembers,
      dependsOnTypes: options.detail === 'backstage',
      dependentKinds: raw.objects.uncovered.length > 0 ? ['uncovered'] : [],
    });
  };

  /** Undefined if everything has to be read. */
  const readSince = async (last: Reading, changes: CatalogChanges): Promise<Reading | undefined> => {
    if (changes.unmapped === undefined && earlier.isNewestAgain(changes.rows)) {
      void end();
      return earlier.pop();
    }
    const affected = await affectedSince(last, changes);
    if (!affected) return undefined;
    const now = await readPart(last, affected);
    if (now === last) return last;
    const before = earlier.newest();
    if (before && hasSameObjects(before, now)) return earlier.pop();
    earlier.add(last, changes.rows);
    return now;
  };

  const read = async (): Promise<Schema> => {
    const last = previous;
    // The watcher has moved on if a reading fails half way.
    previous = undefined;
    try {
      if (!isPinned) await connection.query(pinnedForSession());
      isPinned = true;
      isOpen = true;
      const changes = await watcher.changes([BEGIN]);
      previous = (last && (await readSince(last, changes))) ?? (await readAll());
      return previous.schema;
    } finally {
      if (isOpen) await end();
    }
  };

  return verify
    ? async () => {
        const schema = await read();
        assertSame(schema, await introspect(connection, options));
        return schema;
      }
    : read;
}

/**
 * Lets the server plan queries for a few relations of many: the statistics of the catalogs are out of date, because
 * nothing is analyzed between two migrations.
 */
const PLANS_FOR_FEW =
  'SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;';

/** Whether two readings found the same objects: readings share objects that are equal. */
const hasSameObjects = ({ raw: { objects: a } }: Reading, { raw: { objects: b } }: Reading): boolean =>
  ALL_KINDS.every((kind) => isSameList(a[kind], b[kind]));

const EXTENSION_MEMBERS = `SELECT d.objid AS oid FROM pg_catalog.pg_depend d
  WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e';`;

/** @throws {Error} a mistake of ours, with the kinds of objects that differ. */
function assertSame(incremental: Schema, full: Schema): void {
  if (isDeepStrictEqual(incremental, full)) return;
  const kinds = ALL_KINDS.filter((kind) => !isDeepStrictEqual(incremental.objects[kind], full.objects[kind]));
  const shown = kinds.map((kind) => {
    const [ours, theirs] = [incremental.objects[kind], full.objects[kind]];
    const missing = theirs.filter((object) => !ours.some((other) => isDeepStrictEqual(object, other)));
    const wrong = ours.filter((object) => !theirs.some((other) => isDeepStrictEqual(object, other)));
    return `${kind}: ${JSON.stringify({ missing, wrong })}`;
  });
  throw new Error(
    `The incremental reading differs from the full one: ${shown.join('; ') || JSON.stringify([incremental.namespaces, full.namespaces])}`,
  );
}
