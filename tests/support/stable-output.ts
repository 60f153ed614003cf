/** Output without what differs between two runs: times, and the version of the server. */
export const stableOutput = (text: string): string =>
  text.replace(/\d+\.\d s\b/g, '0.0 s').replace(/\bPostgreSQL \d+\.\d+/g, 'PostgreSQL 0.0');
