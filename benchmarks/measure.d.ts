export function secondsOf(command: string, args: readonly string[], cwd: string): Promise<number>;
export function peakMemoryOf(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<number | undefined>;
export function memoryOfMain(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<number | undefined>;
export function processorSecondsOf(pid: number): number;
