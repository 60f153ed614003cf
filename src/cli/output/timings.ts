import { PHASES } from '../../replay/phases.js';

/** In the order of the table. */
const ROWS = ['loading', 'server start', ...PHASES, 'clean-up'] as const;

type Row = (typeof ROWS)[number];

/** What `--timings` measures. */
export interface Timings {
  readonly add: (phase: Row, milliseconds: number) => void;
  /** Asks for the table. */
  readonly want: () => void;
  /** A table of the phases, empty where nobody asked for it. */
  readonly render: () => string;
}

/** Sums up phases. */
export function collectTimings(): Timings {
  let isWanted = false;
  const phases = new Map<Row, { count: number; milliseconds: number }>();
  return {
    add: (phase, milliseconds) => {
      const sum = phases.get(phase) ?? { count: 0, milliseconds: 0 };
      phases.set(phase, { count: sum.count + 1, milliseconds: sum.milliseconds + milliseconds });
    },
    want: () => {
      isWanted = true;
    },
    render: () => {
      if (!isWanted) return '';
      const rows = ROWS.flatMap((phase) => {
        const sum = phases.get(phase);
        return sum ? [{ phase, ...sum }] : [];
      });
      return [...rows, { phase: 'from start to end', count: 1, milliseconds: performance.now() }]
        .map(renderRow)
        .join('');
    },
  };
}

function renderRow({ phase, count, milliseconds }: { phase: string; count: number; milliseconds: number }) {
  const times = count > 1 ? `  ${count} times` : '';
  return `${phase.padEnd(20)}${milliseconds.toFixed(0).padStart(8)} ms${times}\n`;
}
