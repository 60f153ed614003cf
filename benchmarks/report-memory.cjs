// Writes the peak memory of this process, in KiB, to file descriptor 3: not every system lets other processes read it.
// A CommonJS module, because loading the first ES module would add to the time that is measured.
const { writeSync } = require('node:fs');

process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
