import type { Change } from '../../schema/compare.js';
import { KINDS, type Kind } from '../../schema/kinds.js';

/** The schema that is left out of names. */
const HOME = 'public';

/** The name of an object in a schema as people write it: `audit.log`, `orders`. */
export const displayName = (identity: readonly string[]): string =>
  (identity[0] === HOME || identity[0] === undefined ? identity.slice(1) : identity).join('.');

/** What a change is about: `column total`, `function app.twice(integer)`. A relation that it stands in is not named. */
export function nameOfChange({ kind, identity, parentKind }: Change): string {
  const own = parentKind === undefined ? identity : identity.slice(2);
  const name = NAMES[kind]?.(own) ?? (isInSchema(kind, own) ? displayName(own) : own.join('.'));
  return kind === 'uncovered' || kind === 'externalObject'
    ? name
    : [KINDS[kind].noun, name].filter((part) => part !== '').join(' ');
}

const isInSchema = (kind: Kind, { length }: readonly string[]) =>
  KINDS[kind].identity[0] === 'schema' && length > 1;

type Naming = (identity: readonly string[]) => string;

const routine: Naming = ([schema = '', name = '', types = '']) => `${displayName([schema, name])}(${types})`;

/** Kinds of objects that are identified by more than a name. */
const NAMES: Partial<Record<Kind, Naming>> = {
  function: routine,
  procedure: routine,
  aggregate: routine,
  operator: ([schema = '', name = '', left = '', right = '']) =>
    `${displayName([schema, name])} (${left === '' ? '' : `${left}, `}${right})`,
  cast: ([source = '', target = '']) => `${source} as ${target}`,
  defaultPrivileges: ([role = '', schema = '', on = '']) =>
    [`on ${on}`, schema === '' ? '' : `in ${schema}`, role === '' ? '' : `of ${role}`]
      .filter((part) => part !== '')
      .join(' '),
  externalObject: ([schema = '', type = '', parent = '', name = '', types = '']) =>
    parent === ''
      ? `${type} ${[schema, name].filter((part) => part !== '').join('.')}${types === '' ? '' : `(${types})`}`
      : `${type} ${name} on ${displayName([schema, parent])}`,
  uncovered: (identity) => identity.join(' '),
};
