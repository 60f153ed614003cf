/** What a line of libpq's password file matches. */
interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The message if a server asks for a password and no password was given. */
export const NO_PASSWORD = 'the server asks for a password, but none was given';

/**
 * The password in `~/.pgpass` or in the file that PGPASSFILE names. A Unix socket matches a line with its folder or
 * with `localhost`. https://www.postgresql.org/docs/18/libpq-pgpass.html
 * @throws {Error} `NO_PASSWORD`
 */
export async function passwordFromFile(login: Login): Promise<string> {
  const { default: lookUp } = await import('pgpass');
  const hosts = login.host.startsWith('/') ? [login.host, 'localhost'] : [login.host];
  for (const host of hosts) {
    const password = await new Promise<string | undefined>((resolve) => {
      lookUp({ ...login, host }, resolve);
    });
    if (password !== undefined) return password;
  }
  throw new Error(NO_PASSWORD);
}
