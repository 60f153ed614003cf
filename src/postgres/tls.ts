import { readFileSync } from 'node:fs';
import { DriftmarkError } from '../errors.js';
import type { ConnectionSettings } from './connection-settings.js';

/** libpq's modes, from the weakest to the strongest. PostgreSQL manual, 32.19. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

export interface TlsSettings {
  readonly mode: SslMode;
  /** Paths of PEM files. */
  readonly rootCertificate?: string;
  readonly certificate?: string;
  readonly key?: string;
}

type Ssl = NonNullable<ConnectionSettings['ssl']>;

/**
 * What to try, one after the other: `prefer` tries TLS and then goes without. A unix socket never has TLS. With a root
 * certificate `require` checks the server's, as libpq does.
 * @throws {DriftmarkError} `usage` if a file cannot be read.
 */
export function tlsAttempts({ mode, ...files }: TlsSettings, host: string): readonly Ssl[] {
  if (host.startsWith('/')) return [false];
  const unchecked = (): Ssl => ({ ...client(files), rejectUnauthorized: false });
  switch (mode) {
    case 'disable':
      return [false];
    case 'allow':
      return [false, unchecked()];
    case 'prefer':
      return [unchecked(), false];
    case 'require':
      return [files.rootCertificate === undefined ? unchecked() : signed(files)];
    case 'verify-ca':
      return [signed(files)];
    case 'verify-full':
      return [{ ...client(files), ...authority(files), rejectUnauthorized: true }];
  }
}

type Files = Omit<TlsSettings, 'mode'>;

/** Signed by an authority that is trusted, whatever name the certificate bears. */
const signed = (files: Files): Ssl => ({
  ...client(files),
  ...authority(files),
  rejectUnauthorized: true,
  checkServerIdentity: () => undefined,
});

const authority = ({ rootCertificate }: Files) =>
  rootCertificate === undefined ? {} : { ca: contentOf(rootCertificate) };

const client = ({ certificate, key }: Files) => ({
  ...(certificate !== undefined && { cert: contentOf(certificate) }),
  ...(key !== undefined && { key: contentOf(key) }),
});

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DriftmarkError('usage', `A certificate file could not be read.`, {
      place: { file },
      details: [{ label: 'reason', text: error instanceof Error ? error.message : String(error) }],
      remedy: 'Correct sslrootcert, sslcert or sslkey in the URL, or PGSSLROOTCERT, PGSSLCERT or PGSSLKEY.',
      cause: error,
    });
  }
}
