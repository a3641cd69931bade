import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Chart, charts, type ServerFigures, timeSpan } from './figures.ts';

/** The page /stats: what the server does now, and did in the last five minutes. */

const EVERY_MS = 1000;
const KEPT = 300;
const HEIGHT = 160;
const colours = ['#c2410c', '#2563eb', '#15803d'];

class ChartView {
  readonly #chart: Chart;
  readonly #values: number[][];
  readonly #plot: uPlot;
  // Not an <output>: screen readers announce its every change, and this one changes each second.
  readonly #latest = document.createElement('span');

  constructor(chart: Chart, parent: HTMLElement) {
    this.#chart = chart;
    this.#values = chart.lines.map(() => []);
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.append(chart.title, this.#latest);
    figure.append(caption);
    parent.append(figure);
    const ink = getComputedStyle(document.body).color;
    const grid = { stroke: 'rgb(128 128 128 / 0.2)' };
    this.#plot = new uPlot(
      {
        width: 300,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          // Not by uPlot's own arguments: of one figure it makes a day, and of none 1970.
          x: { range: ({ data: [times] }) => timeSpan(times, Date.now() / 1000) },
          y: { range: (_, __, most) => [0, most > 0 ? most * 1.15 : 1] },
        },
        axes: [
          { stroke: ink, grid },
          { stroke: ink, grid, size: 56 },
        ],
        series: [{}, ...chart.lines.map(({ name }, i) => ({ label: name, stroke: colours[i], width: 2 }))],
      },
      [[], ...this.#values] as unknown as uPlot.AlignedData,
      figure,
    );
    new ResizeObserver(() => this.#plot.setSize({ width: figure.clientWidth - 24, height: HEIGHT })).observe(figure);
  }

  add(times: readonly number[], now: ServerFigures, before: ServerFigures): void {
    const parts: (string | HTMLElement)[] = [];
    const isOne = this.#chart.lines.length === 1;
    this.#chart.lines.forEach(({ name, read }, i) => {
      const value = read(now, before);
      this.#values[i].push(value);
      if (this.#values[i].length > KEPT) this.#values[i].shift();
      if (!isOne) parts.push(dot(colours[i]));
      parts.push(isOne ? `${short(value)} ` : `${name} ${short(value)} `);
    });
    this.#latest.replaceChildren(...parts, this.#chart.unit);
    this.#plot.setData([times, ...this.#values] as unknown as uPlot.AlignedData);
  }
}

/** The colour of a line, before its name. */
function dot(colour: string): HTMLElement {
  const element = document.createElement('i');
  element.style.background = colour;
  return element;
}

/** `short(12345.6) // '12,346'`, `short(0.123) // '0.12'` */
function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 100) / 100);
}

const main = document.querySelector<HTMLElement>('#charts');
const status = document.querySelector<HTMLElement>('#status');
const position = document.querySelector<HTMLElement>('#position');
if (main && status && position) {
  const views = charts.map(chart => new ChartView(chart, main));
  const times: number[] = [];
  let before: ServerFigures | undefined;
  // Screen readers announce the status. So it changes only with the state of the server.
  const tell = (className: string, text: string): void => {
    if (status.textContent === text) return;
    status.className = className;
    status.textContent = text;
  };
  const read = async (): Promise<void> => {
    try {
      const response = await fetch('stats.json', { cache: 'no-store' });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const now = (await response.json()) as ServerFigures;
      if (before) {
        times.push(now.at);
        if (times.length > KEPT) times.shift();
        for (const view of views) view.add(times, now, before);
      }
      before = now;
      position.textContent = `Log position ${now.position}`;
      if (now.writable) tell('', 'The log can be written.');
      else tell('lost', 'The log cannot be written.');
    } catch (error) {
      tell('lost', `No figures: ${(error as Error).message}. Trying again.`);
    }
  };
  for (;;) {
    await read();
    await new Promise(resolve => setTimeout(resolve, EVERY_MS));
  }
}
