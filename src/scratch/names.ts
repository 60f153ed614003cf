import { randomBytes } from 'node:crypto';

const pattern = /^driftmark_scratch_(\d+)_[0-9a-f]+$/;

/** A fresh database name: `driftmark_scratch_<seconds since 1970>_<random hex>`. */
export function newDatabaseName(): string {
  return `driftmark_scratch_${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString('hex')}`;
}

/** Whether the name has our form and was given more than `seconds` ago. */
export function isStaleName(name: string, seconds: number): boolean {
  const made = pattern.exec(name)?.[1];
  return made !== undefined && Date.now() / 1000 - Number(made) > seconds;
}

/**
 * Quotes a name of our own form for use in SQL. Everything that creates, copies or drops a database
 * passes through here, so no statement of ours can ever name a database that is not ours.
 */
export function quoteOwnName(name: string): string {
  if (!pattern.test(name)) throw new Error(`not a scratch database: ${JSON.stringify(name)}`);
  return `"${name}"`;
}
