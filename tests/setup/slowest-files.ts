import type { Reporter, TestModule } from 'vitest/node';

const COUNT = 10;

/** Prints the test files that took longest. A run of a few files is short enough without it. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= COUNT) return;
    const files = modules.map((file) => ({
      name: file.relativeModuleId,
      seconds: file.diagnostic().duration / 1000,
    }));
    const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, COUNT);
    const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);
    process.stdout.write(`\nThe ${COUNT} slowest test files:\n${lines.join('\n')}\n`);
  }
}
