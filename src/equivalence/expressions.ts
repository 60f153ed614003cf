import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../schema/compare.js';
import { KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { fieldsOf } from '../schema/model.js';

export type ExpressionChange = Extract<Change, { readonly type: 'changed' }>;

/** Whether a change is one of a property that both sides have, and that differs only in a printed expression. */
export function isExpressionChange(change: Change): change is ExpressionChange {
  if (change.type !== 'changed') return false;
  const { kind, fact, before, after } = change;
  const now = fieldsOf(after)[fact];
  if (fieldsOf(before)[fact] === undefined || now === undefined) return false;
  return isDeepStrictEqual(withExpressionOf(kind, fact, before, after), now);
}

/**
 * The value of a property of an object, with the expression of another copy of the object.
 * @returns undefined if the property does not contain an expression (`KindDefinition.expressions`).
 */
export function withExpressionOf(kind: Kind, property: string, own: AnyObject, copy: AnyObject): unknown {
  const place = KINDS[kind].expressions?.[property];
  const value = fieldsOf(copy)[property];
  if (place === undefined || value === undefined) return undefined;
  return place === 'whole' ? value : withField(place, fieldsOf(own)[property], value);
}

/** An object, or each object of a list, with a field of its counterpart. */
function withField(field: string, own: unknown, copy: unknown): unknown {
  if (Array.isArray(own)) {
    const copies: readonly unknown[] = Array.isArray(copy) ? copy : [];
    return own.map((each: unknown, at) => withField(field, each, counterpartOf(each, at, copies)));
  }
  if (!isObject(own) || !isObject(copy)) return own;
  const expression = fieldsOf(copy)[field];
  return fieldsOf(own)[field] === undefined || expression === undefined
    ? own
    : { ...own, [field]: expression };
}

/** The element with the same qualified name, or at the same position if the elements have no names. */
function counterpartOf(own: unknown, at: number, copies: readonly unknown[]): unknown {
  if (!isObject(own) || !('schema' in own && 'name' in own)) return copies[at];
  return copies.find((copy) => isObject(copy) && hasNameOf(own, copy));
}

const hasNameOf = (own: object, copy: object) =>
  fieldsOf(own).schema === fieldsOf(copy).schema && fieldsOf(own).name === fieldsOf(copy).name;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
