import { quantile } from '../../../src/core/quantile.ts';

/** All runs of one contestant over one link. */
export interface Series {
  readonly profile: string;
  readonly protocol: 'h1' | 'h2';
  readonly contestant: string;
  readonly interactiveMs: number[];
  readonly completeMs: number[];
  readonly unseenMs: number[];
  readonly longestTaskMs: number[];
  /** Bytes over the bottleneck beyond those of the room and its document. */
  readonly extraBytes: number[];
  /** High textures asked for before the last critical resource was. */
  readonly inversions: number[];
  readonly duplicates: number[];
  /** The least that any loader could take, ms. */
  readonly bound: { readonly interactiveMs: number; readonly completeMs: number };
}

/** A table of medians and of their ratios to the lower bound. */
export function table(series: readonly Series[]): string {
  const head =
    '| link | protocol | contestant | interactive ms | / bound | full ms | / bound | unseen ms | longest task | extra % | inversions | duplicates |';
  const rows = series.map(s => {
    const [tti, full] = [quantile(s.interactiveMs, 0.5), quantile(s.completeMs, 0.5)];
    return [
      s.profile,
      s.protocol,
      s.contestant,
      tti.toFixed(0),
      (tti / s.bound.interactiveMs).toFixed(2),
      full.toFixed(0),
      (full / s.bound.completeMs).toFixed(2),
      quantile(s.unseenMs, 0.5).toFixed(0),
      quantile(s.longestTaskMs, 0.5).toFixed(0),
      (quantile(s.extraBytes, 0.5) / 380_000).toFixed(1),
      quantile(s.inversions, 0.5).toFixed(0),
      quantile(s.duplicates, 0.5).toFixed(0),
    ];
  });
  return [head, head.replace(/[^|]+/g, '---'), ...rows.map(r => `| ${r.join(' | ')} |`)].join('\n');
}

const COLORS: Readonly<Record<string, string>> = {
  foyer: '#d9822b',
  'slots-8': '#6b8fb3',
  'fifo-50': '#9a8f80',
  'all-at-once': '#c9bfae',
};

/** Time to interactive over the lower bound, a group of bars a link, as SVG. The axis is logarithmic, from 1 to 8. */
export function chart(series: readonly Series[]): string {
  const groups = [...new Set(series.map(s => `${s.profile} ${s.protocol}`))];
  const names = [...new Set(series.map(s => s.contestant))];
  const [width, height, left, bottom] = [120 * groups.length + 80, 320, 50, 60];
  const y = (ratio: number) => height - bottom - (Math.log2(Math.min(8, Math.max(1, ratio))) / 3) * (height - bottom - 40);
  const bars = groups.flatMap((group, g) =>
    names.flatMap((name, n) => {
      const s = series.find(x => `${x.profile} ${x.protocol}` === group && x.contestant === name);
      if (!s) return [];
      const ratio = quantile(s.interactiveMs, 0.5) / s.bound.interactiveMs;
      const x = left + g * 120 + n * 24 + 8;
      return [
        `<rect x="${x}" y="${y(ratio).toFixed(1)}" width="20" height="${Math.max(1, height - bottom - y(ratio)).toFixed(1)}" fill="${COLORS[name] ?? '#888'}"/>`,
        `<text x="${x + 10}" y="${(y(ratio) - 4).toFixed(1)}" font-size="9" text-anchor="middle">${ratio.toFixed(2)}</text>`,
      ];
    }),
  );
  const labels = groups.map(
    (group, g) =>
      `<text x="${left + g * 120 + 56}" y="${height - bottom + 16}" font-size="10" text-anchor="middle">${group}</text>`,
  );
  const legend = names.map(
    (name, n) =>
      `<rect x="${left + n * 110}" y="${height - 22}" width="10" height="10" fill="${COLORS[name] ?? '#888'}"/><text x="${left + n * 110 + 14}" y="${height - 13}" font-size="11">${name}</text>`,
  );
  const lines = [1, 2, 4, 8].map(
    r =>
      `<line x1="${left}" x2="${width - 10}" y1="${y(r)}" y2="${y(r)}" stroke="#ddd"/><text x="${left - 6}" y="${y(r) + 4}" font-size="10" text-anchor="end">${r}x</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/><text x="${left}" y="20" font-size="13">Time to interactive over the lower bound (median; 1 is as fast as the link allows)</text>${lines.join('')}${bars.join('')}${labels.join('')}${legend.join('')}</svg>\n`;
}
