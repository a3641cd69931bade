import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';
import type { Stage } from '../permalink.ts';
import type { Timing } from './timing.ts';

const COLORS = ['#f2b45c', '#7fb4e0'];

/** Shows the frames of one or two shaders as a chart, and their figures as a table with a note on their reliability. */
export class TimingView {
  readonly #parent: HTMLElement;
  #chart: uPlot | undefined;

  constructor(parent: HTMLElement) {
    this.#parent = parent;
    new ResizeObserver(() => this.#chart?.setSize(this.#size)).observe(parent);
  }

  get #size(): { width: number; height: number } {
    return { width: Math.max(200, Math.min(640, this.#parent.clientWidth)), height: 220 };
  }

  /** Shows the table at once, and the chart once its code has loaded. */
  async show(names: readonly string[], timings: readonly Timing[], stage: Stage): Promise<void> {
    this.#chart?.destroy();
    this.#chart = undefined;
    const longest = Math.max(...timings.map(t => t.samples.length));
    const frames = Array.from({ length: longest }, (_, i) => i + 1);
    const table = document.createElement('table');
    const unit = stage === 'vertex' ? 'ns a vertex' : 'ns a pixel';
    table.append(row('th', ['', 'median ms', 'p95 ms', unit, 'frames']));
    timings.forEach((t, i) => {
      table.append(
        row('td', [names[i], t.medianMs.toFixed(3), t.p95Ms.toFixed(3), t.nanoseconds.toFixed(2), `${t.samples.length}`]),
      );
    });
    const word = document.createElement('p');
    word.textContent = honestWord(timings);
    const plot = document.createElement('div');
    this.#parent.replaceChildren(table, word, plot);
    const Plot = await loadChart();
    if (!Plot || !plot.isConnected) return;
    this.#chart = new Plot(
      {
        ...this.#size,
        scales: { x: { time: false } },
        axes: [
          { stroke: '#a99a88', grid: { stroke: '#3a3129' }, label: 'frame' },
          { stroke: '#a99a88', grid: { stroke: '#3a3129' }, label: 'ms' },
        ],
        series: [{ label: 'frame' }, ...timings.map((_, i) => ({ label: names[i], stroke: COLORS[i], width: 1.5 }))],
      },
      [frames, ...timings.map(t => frames.map((_, i) => t.samples[i] ?? null))],
      plot,
    );
  }
}

/**
 * Loads uPlot when there is something to draw.
 * On loading it creates an Intl.NumberFormat of navigator.language, which throws for an invalid language tag. The page then shows
 * only the table.
 */
async function loadChart(): Promise<typeof uPlot | undefined> {
  try {
    return (await import('uplot')).default;
  } catch {
    return undefined;
  }
}

/** Describes the reliability of the figures: their method, their scatter, and whether A and B differ by more than that. */
function honestWord(timings: readonly Timing[]): string {
  const spread = Math.max(...timings.map(t => (t.p95Ms - t.medianMs) / t.medianMs));
  const method =
    timings[0].method === 'timer query'
      ? "Timed by the GPU's own timer query."
      : 'This browser has no timer query: wall time of finished frames, so the browser and other programs are in it.';
  const noise = `95 % of the frames lie within ${Math.round(spread * 100)} % above the median.`;
  if (timings.length < 2) return `${method} ${noise}`;
  const ratio = timings[1].medianMs / timings[0].medianMs;
  const verdict =
    Math.abs(ratio - 1) <= spread
      ? `B takes ${ratio.toFixed(2)} times as long as A, which is less than the noise: no difference can be claimed.`
      : `B takes ${ratio.toFixed(2)} times as long as A, more than the noise.`;
  return `${method} ${noise} ${verdict}`;
}

function row(kind: 'th' | 'td', cells: readonly string[]): HTMLTableRowElement {
  const element = document.createElement('tr');
  for (const cell of cells) {
    const item = document.createElement(kind);
    item.textContent = cell;
    element.append(item);
  }
  return element;
}
