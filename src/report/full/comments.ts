import type { AnyObject, Kind } from '../../schema/kinds.js';
import { ALL_KINDS, KINDS } from '../../schema/kinds.js';
import { fieldsOf } from '../../schema/model.js';
import type { Cursor } from '../cursor.js';
import { expression, identifier, type Scope } from '../grammar.js';
import type { ParentName } from '../kind-report.js';
import { kindReport } from '../kinds.js';
import type { ObjectsByParent } from './index-by-parent.js';

/** A comment of a relation, or of something that stands under it. */
interface CommentPlace {
  readonly kind: Kind;
  /** The word before it. */
  readonly noun: string;
  readonly field: string;
}

/** Every sort of comment that may stand under a relation, columns first. */
const PLACES: readonly CommentPlace[] = ALL_KINDS.flatMap((kind): CommentPlace[] => {
  const report = kindReport(kind);
  return 'comments' in report ? report.comments.map(([noun, field]) => ({ kind, noun, field })) : [];
});

/** The items under `### Comments` of a relation. */
export function renderComments(
  kind: Kind,
  relation: AnyObject & ParentName,
  children: ObjectsByParent,
  scope: Scope,
): string[] {
  const own = textOf(relation, 'comment');
  const lines = own === undefined ? [] : [`${KINDS[kind].noun}: ${expression.print(own, scope)}`];
  for (const place of PLACES) {
    for (const child of children(place.kind, relation)) {
      const text = textOf(child, place.field);
      if (text === undefined) continue;
      const name = identifier.print((child as ParentName).name, scope);
      lines.push(`${place.noun} ${name}: ${expression.print(text, scope)}`);
    }
  }
  return lines;
}

function textOf(object: AnyObject, field: string): string | undefined {
  const text = fieldsOf(object)[field];
  return typeof text === 'string' ? text : undefined;
}

/** Reads such an item: whose comment it is, and the comment. */
export function parseComment(
  kind: Kind,
  cursor: Cursor,
  scope: Scope,
): { kind: Kind; name?: string; field: string; text: string } {
  if (cursor.take(`${KINDS[kind].noun}: `))
    return { kind, field: 'comment', text: expression.parse(cursor, scope) };
  const place = PLACES.find(({ noun }) => cursor.take(`${noun} `));
  if (!place) return cursor.fail('the kind of object that the comment is on');
  const name = identifier.parse(cursor, scope);
  cursor.expect(': ');
  return { kind: place.kind, name, field: place.field, text: expression.parse(cursor, scope) };
}
