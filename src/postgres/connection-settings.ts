import type { ClientConfig } from 'pg';

/** How to reach one database: plain data, handed to node-postgres as it is. */
export interface ConnectionSettings {
  /** A host name, an IP address, or the folder of a unix socket (then it begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl?: ClientConfig['ssl'];
}
