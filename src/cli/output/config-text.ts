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

/** The config as it works, for people: each setting, its value, and after it where that comes from. */
export function renderConfig({ file, settings, targets }: ResolvedConfig, look: TextStyle): string {
  const { strong } = COLOURS;
  const blocks = [
    [`${strong(look.chalk)('config')}   ${file === undefined ? 'none' : escapeControls(file)}`],
    renderSettings(settings, look),
    ...targets.map(({ name, migrations, report, settings: own }) => [
      `${strong(look.chalk)(escapeControls(name))}   ${escapeControls(migrations)} → ${escapeControls(report)}`,
      ...renderSettings(own, look),
    ]),
    ...(targets.length === 0 ? [['There is no target here: no migrations and no report.']] : []),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** Values wider than this push what follows out of line. */
const MOST = 52;

function renderSettings(settings: readonly ResolvedSetting[], { chalk, columns }: TextStyle): string[] {
  const names = widest(settings.map(({ name }) => name));
  const values = Math.min(MOST, widest(settings.map(valueOf)));
  return settings.flatMap((setting) => {
    const value = escapeControls(valueOf(setting));
    const padding = ' '.repeat(Math.max(0, values - displayWidth(value)));
    const isNamed = setting.value !== undefined;
    const origin = COLOURS.aside(chalk)(escapeControls(setting.from));
    const line = `${setting.name.padEnd(names)}  ${isNamed ? COLOURS.strong(chalk)(value) : value}${padding}  ${origin}`;
    return wrap(line, columns === undefined ? undefined : columns - 2, names + 2).map((each) => `  ${each}`);
  });
}

const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));

/** A text as it is, a list of texts as people write one, anything else as JSON. */
function valueOf({ value, default: words = 'none' }: ResolvedSetting): string {
  if (value === undefined) return words.replaceAll('`', '');
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? value.join(', ')
    : JSON.stringify(value);
}
