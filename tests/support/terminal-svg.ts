/** Colours on a dark ground, by the codes that chalk writes. */
const COLOURS: Readonly<Record<number, string>> = {
  31: '#f47067',
  32: '#57ab5a',
  33: '#c69026',
  36: '#39c5cf',
  35: '#d57bff',
};
const [INK, GROUND] = ['#d1d7e0', '#1c2128'];
const [WIDTH, HEIGHT, MARGIN] = [8.4, 19, 20];

interface Style {
  readonly colour?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

/** A picture of what a terminal shows: text with the escape sequences for colours. */
export function terminalSvg(output: string): string {
  const lines = output.trimEnd().split('\n');
  // eslint-disable-next-line no-control-regex -- escape sequences are meant
  const columns = Math.max(...lines.map((line) => line.replace(/\u001b\[\d+m/g, '').length));
  const [width, height] = [Math.ceil(columns * WIDTH + 2 * MARGIN), lines.length * HEIGHT + 2 * MARGIN];
  let style: Style = {};
  const texts = lines.map((line, row) => {
    const spans = line.split('\u001b[').map((part, at) => {
      const [, code = '', text = ''] = at === 0 ? ['', '', part] : (/^(\d+)m(.*)$/.exec(part) ?? []);
      if (code !== '') style = styleAfter(style, Number(code));
      return text === '' ? '' : `<tspan${attributes(style)}>${escape(text)}</tspan>`;
    });
    const y = MARGIN + (row + 0.75) * HEIGHT;
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${INK}">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function styleAfter(style: Style, code: number): Style {
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  const { colour: _colour, ...rest } = style;
  const colour = COLOURS[code];
  return colour === undefined ? rest : { ...rest, colour };
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
