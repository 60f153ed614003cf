import type { Config } from '../../config/config.js';
import type { History } from '../../drift/position.js';
import type { Address } from '../../live/connection/address.js';
import type { BuildEnvironment } from '../../replay/environment.js';
import type { Report, ReportFormat } from '../../report/report.js';
import type { ObjectsByKind } from '../../schema/model.js';
import type { WithScratchServer } from '../../scratch/types.js';

/** The settings and tools for reading a source. */
export interface SourceContext {
  readonly config: Config;
  /** The PG* variables, for parts that are missing in the URL of a database. */
  readonly env: NodeJS.ProcessEnv;
  readonly withScratchServer: WithScratchServer<BuildEnvironment>;
  /** Prints a notice. */
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A schema that can be read, with its name in messages: as the user typed it, without a password. */
export type Source = { readonly label: string } & (
  | { readonly type: 'migrations'; readonly folder: string }
  | { readonly type: 'report'; readonly file: string }
  | { readonly type: 'revision'; readonly revision: string; readonly file: string }
  | { readonly type: 'database'; readonly address: Address }
);

/** How to read migrations or a database. A report does not depend on these options. */
export interface ReadOptions {
  readonly format?: ReportFormat;
  /** The schemas of a database to include, unless the settings select the schemas. */
  readonly namespaces?: readonly string[];
  readonly extensionVersions?: boolean;
  /** The schema whose objects are not qualified in the expressions of a database. */
  readonly home?: string;
  /** Roles that the schema to compare with names. */
  readonly namedRoles?: ReadonlySet<string>;
  /** The objects outside of the covered schemas that a database is compared in. */
  readonly external?: ObjectsByKind;
  /** Loads what prints the report. Of a database, the report is printed while its server works. */
  readonly print?: () => Promise<(report: Report) => string>;
  /** Whether to run the down migrations. */
  readonly down?: boolean;
}

/** A report of the schema of a source. */
export interface ReadSource {
  readonly report: Report;
  /** The report of a database as `print` prints it. */
  readonly text?: string;
  /** Schemas of the database that are not selected. */
  readonly others: readonly string[];
  /** Throws if `--schema` selects no schema of a report. One side of a comparison may lack the schema. */
  readonly assertSelected?: () => void;
  /** `server_version_num` of a database. */
  readonly versionNum?: number;
  /** Runs the migrations again, to find values that they compute when they run. */
  readonly history?: () => Promise<History | undefined>;
}
