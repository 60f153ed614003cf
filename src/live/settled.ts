/**
 * The result of a function or what it threw. Rows of a schema that changed during the reading may make no sense: the
 * change explains more than the error.
 */
export type Settled<T> = { readonly result: T } | { readonly error: unknown };

export function settled<T>(make: () => T): Settled<T> {
  try {
    return { result: make() };
  } catch (error) {
    return { error };
  }
}
