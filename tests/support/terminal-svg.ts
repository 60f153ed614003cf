interface Theme {
  readonly ink: string;
  readonly ground: string;
  /** By the codes that chalk writes. */
  readonly colours: Readonly<Record<number, string>>;
}

/** Only the colours that are readable in both themes. */
export const THEMES = {
  dark: { ink: '#d1d7e0', ground: '#1c2128', colours: { 31: '#f47067', 32: '#57ab5a', 35: '#d57bff' } },
  light: { ink: '#1f2328', ground: '#ffffff', colours: { 31: '#cf222e', 32: '#116329', 35: '#8250df' } },
} as const satisfies Readonly<Record<string, Theme>>;
const [WIDTH, HEIGHT, MARGIN] = [8.4, 19, 20];

interface Style {
  readonly colour?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

/** A picture of what a terminal shows: text with the escape sequences for colours. */
export function terminalSvg(output: string, theme: Theme = THEMES.dark): string {
  const lines = output.trimEnd().split('\n');
  // eslint-disable-next-line no-control-regex -- escape sequences are meant
  const columns = Math.max(...lines.map((line) => line.replace(/\u001b\[\d+m/g, '').length));
  const [width, height] = [Math.ceil(columns * WIDTH + 2 * MARGIN), lines.length * HEIGHT + 2 * MARGIN];
  let style: Style = {};
  const texts = lines.map((line, row) => {
    const spans = line.split('\u001b[').map((part, at) => {
      const [, code = '', text = ''] = at === 0 ? ['', '', part] : (/^(\d+)m(.*)$/.exec(part) ?? []);
      if (code !== '') style = styleAfter(style, Number(code), theme);
      return text === '' ? '' : `<tspan${attributes(style)}>${escape(text)}</tspan>`;
    });
    const y = MARGIN + (row + 0.75) * HEIGHT;
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${theme.ground}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${theme.ink}">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function styleAfter(style: Style, code: number, { colours }: Theme): Style {
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  const { colour: _colour, ...rest } = style;
  if (code === 39) return rest;
  const colour = colours[code];
  if (colour === undefined) throw new Error(`Colour ${code} is not readable in every theme.`);
  return { ...rest, colour };
}

function attributes({ colour, bold, dim }: Style): string {
  return [
    colour === undefined ? '' : ` fill="${colour}"`,
    bold ? ' font-weight="bold"' : '',
    dim ? ' opacity="0.65"' : '',
  ].join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escape = (text: string) => text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
