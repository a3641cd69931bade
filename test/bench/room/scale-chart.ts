/** Draws what a room costs by its size: one panel a cost, one line a kind of growth, both axes logarithmic. */

import type { RoomCost } from './scale.ts';

/** What grows, and what that costs at each size. */
export interface Growth {
  readonly name: string;
  readonly points: readonly { readonly count: number; readonly cost: RoomCost }[];
}

const panels: readonly {
  readonly title: string;
  readonly of: (cost: RoomCost) => number;
  readonly range: readonly [number, number];
}[] = [
  { title: 'processor time to complete, ms', of: cost => cost.complete, range: [10, 100_000] },
  { title: 'JavaScript of a frame, ms', of: cost => cost.frame, range: [0.001, 10] },
  { title: 'heap, MB', of: cost => cost.heap / 1e6, range: [0.1, 1000] },
];
const colors = ['#d9822b', '#6b8fb3', '#7d6b91'];
const [width, height, left, top, gap] = [240, 220, 50, 40, 70];
const counts = [1, 100_000] as const;

const log = (value: number, [least, most]: readonly [number, number]): number =>
  Math.log(Math.max(value, least) / least) / Math.log(most / least);

/** Returns an SVG. The grey line grows as fast as its count. */
export function scaleChart(growths: readonly Growth[]): string {
  const parts = panels.map(({ title, of, range }, p) => {
    const [x0, y0] = [left + p * (width + gap), top + height];
    const x = (count: number) => (x0 + log(count, counts) * width).toFixed(1);
    const y = (value: number) => (y0 - log(value, range) * height).toFixed(1);
    const ticks = (from: number, to: number) =>
      Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, i) => from * 10 ** i);
    const rows = ticks(...range).map(
      v =>
        `<path d="M${x0} ${y(v)}h${width}" stroke="#ddd"/><text x="${x0 - 4}" y="${y(v)}" text-anchor="end">${Number(v.toPrecision(1))}</text>`,
    );
    const columns = ticks(...counts).map(
      n => `<text x="${x(n)}" y="${y0 + 14}" text-anchor="middle">${n.toLocaleString('en')}</text>`,
    );
    const slope = Math.min(counts[1], range[1] / range[0]);
    const linear = `<path d="M${x(1)} ${y(range[0])}L${x(slope)} ${y(range[0] * slope)}" stroke="#bbb" stroke-dasharray="4 3"/>`;
    const lines = growths.map(({ points }, g) => {
      const at = points.map(({ count, cost }) => `${x(count)} ${y(of(cost))}`);
      const dots = at.map(point => `<circle cx="${point.split(' ')[0]}" cy="${point.split(' ')[1]}" r="3" fill="${colors[g]}"/>`);
      return `<path d="M${at.join('L')}" fill="none" stroke="${colors[g]}" stroke-width="2"/>${dots.join('')}`;
    });
    return `<text x="${x0}" y="${top - 14}" font-weight="bold">${title}</text>${rows.join('')}${columns.join('')}${linear}${lines.join('')}`;
  });
  const legend = growths.map(
    ({ name }, g) => `<text x="${left + g * 140}" y="${top + height + 40}" fill="${colors[g]}">number of ${name}</text>`,
  );
  const [w, h] = [left + panels.length * (width + gap), top + height + 52];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" font-family="sans-serif" font-size="11"><rect width="${w}" height="${h}" fill="#fff"/>${parts.join('')}${legend.join('')}</svg>\n`;
}
