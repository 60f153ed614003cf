/**
 * Environment variables that keep glibc's limits as they are at first (mallopt(3)): above them, freed memory goes back to the
 * system. Otherwise the limits grow with the largest block that was ever freed. Other C libraries ignore the variables.
 */
export const MALLOC_SETTINGS: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
