import { z } from 'zod';
import { CHANGE_CLASSES } from '../schema/definition.js';
import { LAYOUT_NAMES } from '../migrations/layouts/layouts.js';
import { ignoreRule } from './ignore-rule.js';
import { PRESET_NAMES, type PresetName } from './presets.js';
import { REPORTER_NAMES } from '../reporters/reporters.js';

const names = z.array(z.string().min(1));
const changeClasses = z.array(z.enum(CHANGE_CLASSES));

/** What can be said of one target, and of all of them at the top level of the config. */
const shared = {
  schemas: names
    .describe(
      'The schemas that the report covers, as names or globs. Default: every schema that the migrations make or fill.',
    )
    .optional(),
  layout: z
    .enum(LAYOUT_NAMES)
    .describe('Layout of the migrations folder: the tool that runs it. Default: detected from its files.')
    .optional(),
  format: z
    .enum(['full', 'backstage'])
    .describe('The format of the report. Default: that of the committed report, `full` for a new one.')
    .optional(),
  diagram: z
    .boolean()
    .describe(
      'Whether a report in the format `full` ends with a Mermaid diagram of its tables. Default: whether the committed report does, false for a new one.',
    )
    .optional(),
  command: z
    .string()
    .min(1)
    .describe(
      'The command that the report names as the one that makes it. Default: the one that it names already.',
    )
    .optional(),
  roles: names.describe('Roles that the migrations grant to: made before they run.').optional(),
  setup: z
    .string()
    .min(1)
    .describe(
      'An SQL file, relative to the config, that is run before the migrations: extensions, roles, schemas.',
    )
    .optional(),
  down: z.boolean().describe('Whether the down migrations are tried. Default: true.').optional(),
  extensionVersions: z
    .boolean()
    .describe('Whether the report names the versions of extensions. Default: false.')
    .optional(),
  failOn: changeClasses
    .describe('The classes of change that fail a check; others are shown and pass. Default: all.')
    .optional(),
  ignoreClasses: changeClasses
    .describe('The classes of change that do not fail a check; they are still shown. Default: none.')
    .optional(),
  url: z
    .string()
    .min(1)
    .describe(
      'The live database of `check --live`. `${NAME}` stands for an environment variable, which keeps passwords out of the file. Default: DRIFTMARK_URL, else the `PG*` variables.',
    )
    .optional(),
  ignore: z
    .array(ignoreRule)
    .describe(
      'Differences of live databases that are known and accepted. Rules of a target come on top of those at the top level.',
    )
    .optional(),
  presets: z
    .array(z.enum(PRESET_NAMES as readonly [PresetName, ...PresetName[]]))
    .describe(
      'Named sets of what a hosted database or a tool adds, which is then no difference. `migration-tools` and `partitions` always hold. Those of a target come on top of those at the top level.',
    )
    .optional(),
  allowPending: z
    .boolean()
    .describe('Whether a live database may lack the newest migrations. Default: false.')
    .optional(),
};

const target = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .describe("The package's folder, relative to the config. Default: the config's own folder.")
      .optional(),
    name: z
      .string()
      .min(1)
      .describe('The name in the report. Default: that of package.json, or of the folder.')
      .optional(),
    migrations: z
      .string()
      .min(1)
      .describe("The migrations folder, relative to `path`. Default: 'migrations'.")
      .optional(),
    report: z
      .string()
      .min(1)
      .describe("The report's file, relative to `path`. Default: 'report.sql.md'.")
      .optional(),
    ...shared,
  })
  .meta({
    id: 'Target',
    description: 'One schema to check: a package folder, its migrations and its report.',
  });

const reporterName = z.enum(REPORTER_NAMES);
const reporter = z.union([
  reporterName,
  z.strictObject({
    name: reporterName.describe('The reporter.'),
    outputFile: z
      .string()
      .min(1)
      .describe('The file that it writes to, relative to the config. Default: stdout.')
      .optional(),
  }),
]);

/** A config file, or the key `driftmark` of a package.json. docs/config.md. */
export const userConfig = z.strictObject({
  $schema: z.string().describe('The JSON Schema of this file, for editors.').optional(),
  name: target.shape.name,
  migrations: target.shape.migrations,
  report: target.shape.report,
  ...shared,
  targets: z
    .array(z.union([z.string().min(1), target]))
    .describe('The targets: package folders as paths or globs, or one described in full.')
    .optional(),
  reporters: z
    .array(reporter)
    .describe(
      'How results are told: names, or names with the files that they are written to. Default: `text`, and `github` in GitHub Actions.',
    )
    .optional(),
  jobs: z
    .int()
    .min(1)
    .describe('How many targets are worked on at once. Default: the number of processors.')
    .optional(),
  engine: z
    .enum(['embedded', 'server'])
    .describe(
      'Where scratch databases are made. Default: `server` where there is a scratchUrl, else `embedded`.',
    )
    .optional(),
  scratchUrl: z
    .string()
    .min(1)
    .describe(
      'A server on which databases may be created and dropped. `${NAME}` stands for an environment variable. Default: DRIFTMARK_SCRATCH_URL.',
    )
    .optional(),
  postgresVersion: z
    .int()
    .min(14)
    .describe("The major version of the scratch server: production's. Default: any.")
    .optional(),
  postgresBin: z
    .string()
    .min(1)
    .describe("The folder of the embedded server's binaries (initdb, postgres). Default: found by itself.")
    .optional(),
});

export type UserConfig = z.infer<typeof userConfig>;
export type UserTarget = z.infer<typeof target>;
/** What a target may say for itself, and the top level for all. */
export type TargetSettings = Pick<UserConfig, keyof typeof shared>;
