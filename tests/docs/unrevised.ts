/** Files whose language is still to be revised. Remove a file from this list when it passes; add none. */
export const UNREVISED: readonly string[] = [];
