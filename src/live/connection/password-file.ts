import lookUp from 'pgpass';

/** Where a password is for, as a line of libpq's password file has it. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** What is said where a server wants one. */
export const NO_PASSWORD = 'the server asks for a password, and none is given';

/**
 * The password in `~/.pgpass`, or the file that PGPASSFILE names. One for a unix socket stands
 * there under its folder, or under `localhost`. PostgreSQL manual, 32.16.
 * @throws {Error} `NO_PASSWORD`
 */
export async function passwordFromFile(place: Place): Promise<string> {
  const hosts = place.host.startsWith('/') ? [place.host, 'localhost'] : [place.host];
  for (const host of hosts) {
    const password = await new Promise<string | undefined>((resolve) => {
      lookUp({ ...place, host }, resolve);
    });
    if (password !== undefined) return password;
  }
  throw new Error(NO_PASSWORD);
}
