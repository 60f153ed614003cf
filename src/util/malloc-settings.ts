/**
 * Environment variables that fix two limits of glibc (mallopt(3)): a larger block is given back to the system when it is
 * freed, and so is more free memory at the end of the heap. Otherwise the limits begin with 128 KB, and grow with the largest
 * block that was ever freed. Other C libraries ignore the variables.
 * @param bytes both limits. With a low one, a program that often needs large blocks gets slower.
 * @example spawn('postgres', [], { env: { ...process.env, ...mallocSettings(512 * 1024) } });
 */
export const mallocSettings = (bytes: number): Readonly<Record<string, string>> => ({
  MALLOC_MMAP_THRESHOLD_: String(bytes),
  MALLOC_TRIM_THRESHOLD_: String(bytes),
});
