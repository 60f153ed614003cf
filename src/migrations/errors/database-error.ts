import type { ErrorDetail } from '../../errors.js';

/** The fields of an error that PostgreSQL sent (manual: 53.8 "Error and Notice Message Fields"). */
export interface DatabaseError {
  readonly message: string;
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
  readonly position?: string;
  readonly internalQuery?: string;
}

/** PostgreSQL's own error in what was thrown: the thing itself, or the cause of a wrapper around it. */
export function databaseErrorIn(thrown: unknown): DatabaseError | undefined {
  let candidate = thrown;
  for (let depth = 0; depth < 10 && typeof candidate === 'object' && candidate !== null; depth++) {
    if (isDatabaseError(candidate)) return candidate;
    candidate = 'cause' in candidate ? candidate.cause : undefined;
  }
  return undefined;
}

function isDatabaseError(candidate: object): candidate is DatabaseError {
  // By shape, for it may come from the user's own copy of node-postgres.
  return (
    'severity' in candidate &&
    'code' in candidate &&
    typeof candidate.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(candidate.code)
  );
}

/** Everything but the message, in the order in which psql shows it. */
export function databaseDetails(error: DatabaseError): ErrorDetail[] {
  const fields: [label: string, text: string | undefined][] = [
    ['detail', error.detail],
    ['hint', error.hint],
    ['query', error.internalQuery],
    ['where', error.where],
    ['position', error.position],
    ['SQLSTATE', error.code],
  ];
  return fields.flatMap(([label, text]) => (text ? [{ label, text }] : []));
}

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
