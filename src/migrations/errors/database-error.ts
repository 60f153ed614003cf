import type { DatabaseError } from '../../postgres/query-error.js';

/** What to do about an error that comes from the scratch database being new and bare. */
export function databaseRemedy({ code, message }: DatabaseError): string | undefined {
  const role = /\brole "(.*)" does not exist/.exec(message);
  if (code === '42704' && role?.[1]) {
    return `Name it in the setting \`roles\` (roles: [${JSON.stringify(role[1])}]), so that it exists in the scratch database.`;
  }
  if (code === '53100') return 'Free some room there, or set TMPDIR to a folder that has more.';
  const missing = /extension "(.*)" is not available|extension control file/.exec(message);
  if ((code === '0A000' || code === '58P01') && missing) {
    return (
      'The embedded PostgreSQL lacks this extension: name a server that has it with `--scratch-url`, ' +
      'or create what the migrations need of it in the `setup` file.'
    );
  }
  if (code === '3F000' || (code === '42704' && message.includes('type "')) || code === '42883') {
    return 'If something other than the migrations creates it in production, create it in the `setup` file.';
  }
  if (code === LOCK_NOT_AVAILABLE) {
    return 'Nobody else works on the scratch database: another connection of the migration itself holds the lock. Let one connection do all of it, or commit first.';
  }
  return undefined;
}

const LOCK_NOT_AVAILABLE = '55P03';
