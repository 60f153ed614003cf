/** A copy without the fields that are undefined. */
export function omitUndefined<O extends object>(object: O): { [F in keyof O]?: Exclude<O[F], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [F in keyof O]?: Exclude<O[F], undefined>;
  };
}
