import { closestMatch } from 'leven';

/** The known word that was probably meant; undefined if none is close to the given one. */
export const closest = (found: string, known: readonly string[]): string | undefined =>
  closestMatch(found, known, { maxDistance: Math.max(1, Math.ceil(found.length / 3)) });

/** ` (did you mean check?)` if a known word is close to the given one, else an empty string. */
export function didYouMean(found: string, known: readonly string[]): string {
  const nearest = closest(found, known);
  return nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
}
