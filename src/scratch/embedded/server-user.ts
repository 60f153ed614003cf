import { readFileSync } from 'node:fs';
import os from 'node:os';
import { DriftmarkError } from '../../errors.js';
import { useServerInstead } from '../remedy.js';

/** The account that the server runs as: this user, or for root, an unprivileged account. */
export interface ServerUser {
  /** The uid that owns the server's processes and data; undefined on Windows. */
  readonly uid: number | undefined;
  /** Set only if processes must switch to it, because driftmark runs as root. */
  readonly switchTo: { readonly uid: number; readonly gid: number } | undefined;
}

/** Accounts without rights of their own, the best first. */
const unprivileged = ['nobody', 'postgres', '_postgres', 'daemon'];

/**
 * Finds the account. PostgreSQL refuses to run as root, and initdb needs the account's name
 * (manual: 18.1 "The PostgreSQL User Account").
 *
 * @throws DriftmarkError `scratch-unavailable` for a uid without a passwd entry, and for root without
 * any unprivileged account.
 */
export function serverUser(): ServerUser {
  const uid = process.geteuid?.();
  if (uid === undefined) return { uid: undefined, switchTo: undefined };
  if (uid !== 0) {
    if (!hasName()) {
      throw new DriftmarkError(
        'scratch-unavailable',
        `The embedded PostgreSQL cannot run: the current user (uid ${uid}) has no entry in /etc/passwd.`,
        {
          remedy: `Add an entry as root, for example in the image: \`${passwdEntry(uid)}\`. Or ${useServerInstead}.`,
        },
      );
    }
    return { uid, switchTo: undefined };
  }
  const accounts = passwd();
  const found = unprivileged.map((name) => accounts.get(name)).find((entry) => entry !== undefined);
  if (found) return { uid: found.uid, switchTo: found };
  throw new DriftmarkError(
    'scratch-unavailable',
    'The embedded PostgreSQL cannot run as root, and /etc/passwd has no unprivileged account (such as daemon) for it.',
    { remedy: `Run driftmark as an ordinary user, or ${useServerInstead}.` },
  );
}

/** The command that gives a uid a name, which initdb requires. */
const passwdEntry = (uid: number) =>
  `echo 'driftmark:x:${uid}:${process.getegid?.() ?? uid}::/tmp:/sbin/nologin' >> /etc/passwd`;

/** The error for a root that may not change its uid, as in containers without CAP_SETUID or CAP_CHOWN. */
export function cannotSwitch(cause: unknown): DriftmarkError {
  return new DriftmarkError(
    'scratch-unavailable',
    'The embedded PostgreSQL cannot run as root, and this process is not allowed to start processes as another user.',
    {
      remedy: `Run driftmark as an ordinary user, allow CAP_SETUID, CAP_SETGID and CAP_CHOWN, or ${useServerInstead}.`,
      cause,
    },
  );
}

function hasName(): boolean {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

function passwd(): Map<string, { uid: number; gid: number }> {
  const accounts = new Map<string, { uid: number; gid: number }>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    const entry = { uid: Number(uid), gid: Number(gid) };
    if (name && entry.uid > 0 && entry.gid > 0) accounts.set(name, entry);
  }
  return accounts;
}
