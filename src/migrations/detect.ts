import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { commentLines } from '../postgres/sql-statements.js';
import { displayPath } from './errors/source-location.js';
import type { FolderListing } from './folder-listing.js';
import type { Evidence } from './layouts/layout.js';
import { LAYOUTS, layoutNamed, type KnownLayout, type LayoutName } from './layouts/layouts.js';

/** A folder that was recognised as a tool's, or that the config says is one. */
export interface DetectedFolder {
  readonly layout: KnownLayout;
  readonly evidence: Evidence;
  readonly listing: FolderListing;
  /** Why the layout cannot be decided; thrown when the migrations are read. */
  readonly conflict?: DriftmarkError;
}

interface Candidate {
  readonly layout: KnownLayout;
  readonly evidence: Evidence;
}

const RANK = { certain: 2, likely: 1, possible: 0 } as const;

/**
 * Finds out which tool a folder belongs to. The strongest evidence decides; among equals, a mark decides, then the
 * order of
 * `LAYOUTS`.
 *
 * @param named the setting `layout`, which is not questioned here
 * @returns undefined if no layout could read anything in the folder
 */
export async function detectLayout(
  listing: FolderListing,
  named?: LayoutName,
): Promise<DetectedFolder | undefined> {
  // A single file is the whole schema: a tool's migrations are in a folder.
  if (named !== undefined || listing.file !== undefined) return namedLayout(named ?? 'schema', listing);
  const candidates = await candidatesIn(listing);
  const [best] = candidates;
  if (best === undefined) return undefined;
  const rivals = candidates.filter(({ evidence }) => evidence.strength === 'certain');
  return { ...best, listing, ...(rivals.length > 1 && { conflict: twoTools(listing, rivals) }) };
}

async function namedLayout(name: LayoutName, listing: FolderListing): Promise<DetectedFolder | undefined> {
  const layout = layoutNamed(name);
  if (listing.file !== undefined && name !== 'schema') return undefined;
  const evidence =
    (await marksIn(listing)).get(name) ?? (await layout.detect(listing)) ?? anythingIn(listing, layout);
  return evidence && { layout, evidence, listing };
}

/** Nothing shows the layout, but the user named it: reading the folder says what is wrong with it. */
function anythingIn({ dir, files, folders }: FolderListing, layout: KnownLayout): Evidence | undefined {
  const first =
    files.find((file) => /\.(sql|[cm]?[jt]s)$/.test(file)) ??
    (layout.usesSubfolders === true ? folders[0] : undefined);
  if (first === undefined) return undefined;
  return { strength: 'possible', file: path.join(dir, first), mark: `\`${first}\`` };
}

async function candidatesIn(listing: FolderListing): Promise<Candidate[]> {
  const marks = await marksIn(listing);
  const found = await Promise.all(
    LAYOUTS.map(async (layout): Promise<Candidate[]> => {
      if (layout.isOnlyNamed) return [];
      const evidence = marks.get(layout.name) ?? (await layout.detect(listing));
      return evidence ? [{ layout, evidence }] : [];
    }),
  );
  // The sort is stable: equal candidates stay in the order of LAYOUTS.
  return found.flat().sort((a, b) => RANK[b.evidence.strength] - RANK[a.evidence.strength]);
}

/** The first mark in the SQL files of a folder, for each layout that has one. */
async function marksIn(listing: FolderListing): Promise<ReadonlyMap<LayoutName, Evidence>> {
  const found = new Map<LayoutName, Evidence>();
  // Files whose names say the direction have no sections: `-- Down Migration` is only a comment there.
  const files = listing.files.filter((file) => file.endsWith('.sql') && !/\.(up|down)\.sql$/.test(file));
  for (const name of files) {
    const file = path.join(listing.dir, name);
    for (const { layout, line, mark } of marksOf(await textOf(listing, name)))
      if (!found.has(layout.name)) found.set(layout.name, { strength: 'certain', file, line, mark });
  }
  return found;
}

/** The text of a file. Errors in it are reported when the migrations are read. */
async function textOf(listing: FolderListing, name: string): Promise<string> {
  try {
    return (await listing.text(name)) ?? '';
  } catch {
    return '';
  }
}

/** The lines of a file that only one tool writes. */
function* marksOf(sql: string): Generator<{ layout: KnownLayout; line: number; mark: string }> {
  for (const { text, line } of commentLines(sql))
    for (const layout of LAYOUTS)
      if (layout.marks?.some((mark) => mark.test(text)) === true)
        yield { layout, line, mark: `\`${text.trim()}\`` };
}

function twoTools({ dir }: FolderListing, rivals: readonly Candidate[]): DriftmarkError {
  const titles = rivals.map(({ layout }) => layout.title).join(' or ');
  return new DriftmarkError(
    'migrations-invalid',
    `${displayPath(dir) || '.'} could contain migrations of ${titles}.`,
    {
      place: { file: dir },
      details: rivals.map(({ layout, evidence: { file, line, mark } }) => ({
        label: layout.title,
        text: `${displayPath(file)}${line === undefined ? '' : `:${line}`}  ${mark}`,
      })),
      remedy: `Set \`layout\` in the config: ${rivals.map(({ layout }) => `'${layout.name}'`).join(' or ')}.`,
    },
  );
}
