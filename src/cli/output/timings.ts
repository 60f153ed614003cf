import { PHASES } from '../../replay/phases.js';

/** The phases, in the order of the table. */
const ROWS = ['loading', 'server start', ...PHASES, 'clean-up'] as const;

type Row = (typeof ROWS)[number];

/** The times of the phases, for `--timings`. */
export interface Timings {
  readonly add: (phase: Row, milliseconds: number) => void;
  /** Lets `render` return the table. */
  readonly enable: () => void;
  /** A table of the phases. Empty if it was not enabled. */
  readonly render: () => string;
}

/** Adds up the time of each phase. */
export function collectTimings(): Timings {
  let isEnabled = false;
  const phases = new Map<Row, { count: number; milliseconds: number }>();
  return {
    add: (phase, milliseconds) => {
      const sum = phases.get(phase) ?? { count: 0, milliseconds: 0 };
      phases.set(phase, { count: sum.count + 1, milliseconds: sum.milliseconds + milliseconds });
    },
    enable: () => {
      isEnabled = true;
    },
    render: () => {
      if (!isEnabled) return '';
      const rows = ROWS.flatMap((phase) => {
        const sum = phases.get(phase);
        return sum ? [{ phase, ...sum }] : [];
      });
      return [...rows, { phase: 'total', count: 1, milliseconds: performance.now() }].map(renderRow).join('');
    },
  };
}

function renderRow({ phase, count, milliseconds }: { phase: string; count: number; milliseconds: number }) {
  const times = count > 1 ? `  ${count} times` : '';
  return `${phase.padEnd(20)}${milliseconds.toFixed(0).padStart(8)} ms${times}\n`;
}
