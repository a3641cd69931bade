import type { Row } from './report.ts';

const COLORS: Readonly<Record<string, string>> = {
  foyer: '#d9822b',
  viewer: '#a5562f',
  'slots-8': '#6b8fb3',
  'fifo-50': '#8a9a80',
  'all-at-once': '#c9bfae',
  three: '#7d6b91',
};
const BAR = 15;
const PANEL = { height: 230, left: 46, top: 34 };
/** Ratios are drawn from 1 to this, logarithmically. */
const MOST = 16;

/** Time to interactive and time to full quality over the lower bound: a panel each, a group of bars a link. SVG. */
export function chart(list: readonly Row[]): string {
  const groups = [...new Set(list.map(r => `${r.profile} ${r.protocol}`))];
  const names = [...new Set(list.map(r => r.contestant))];
  const groupWidth = names.length * (BAR + 2) + 22;
  const width = PANEL.left + groups.length * groupWidth + 10;
  const panel = (title: string, ratio: (row: Row) => number, offset: number): string => {
    const bottom = offset + PANEL.height;
    const y = (value: number) =>
      bottom - (Math.log2(Math.min(MOST, Math.max(1, value))) / Math.log2(MOST)) * (PANEL.height - PANEL.top);
    const lines = [1, 2, 4, 8, 16].map(
      r =>
        `<line x1="${PANEL.left}" x2="${width - 8}" y1="${y(r)}" y2="${y(r)}" stroke="#ddd"/>` +
        `<text x="${PANEL.left - 6}" y="${y(r) + 4}" text-anchor="end">${r}x</text>`,
    );
    const bars = list.map(row => {
      const x =
        PANEL.left +
        10 +
        groups.indexOf(`${row.profile} ${row.protocol}`) * groupWidth +
        names.indexOf(row.contestant) * (BAR + 2);
      const top = y(ratio(row));
      return (
        `<rect x="${x}" y="${top.toFixed(1)}" width="${BAR}" height="${Math.max(1, bottom - top).toFixed(1)}" fill="${COLORS[row.contestant] ?? '#888'}"/>` +
        `<text x="${x + BAR / 2}" y="${(top - 3).toFixed(1)}" font-size="7" text-anchor="middle">${ratio(row).toFixed(2)}</text>`
      );
    });
    const labels = groups.map(
      (group, g) =>
        `<text x="${PANEL.left + g * groupWidth + groupWidth / 2}" y="${bottom + 14}" text-anchor="middle">${group}</text>`,
    );
    return `<text x="${PANEL.left}" y="${offset + 16}" font-size="13">${title}</text>${lines.join('')}${bars.join('')}${labels.join('')}`;
  };
  const legendY = 2 * PANEL.height + 50;
  const legend = names.map(
    (name, n) =>
      `<rect x="${PANEL.left + n * 100}" y="${legendY}" width="10" height="10" fill="${COLORS[name] ?? '#888'}"/>` +
      `<text x="${PANEL.left + n * 100 + 14}" y="${legendY + 9}">${name}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${legendY + 20}" font-family="sans-serif" font-size="10">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    panel(
      'Time to interactive over the lower bound (median; 1 is as fast as link and machine allow)',
      r => r.interactiveRatio,
      0,
    ),
    panel('Time to full quality over the lower bound', r => r.completeRatio, PANEL.height + 25),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}
