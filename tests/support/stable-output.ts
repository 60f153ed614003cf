/** Output without what differs between two runs: times, the version of the server, and where it is installed. */
export const stableOutput = (text: string): string =>
  text
    .replace(/\d+\.\d s\b/g, '0.0 s')
    .replace(/\bPostgreSQL \d+\.\d+/g, 'PostgreSQL 0.0')
    .replace(/"\/\S+\/lib\/postgresql\/(\w+)\.\w+"/g, '"<server>/lib/postgresql/$1.so"');
