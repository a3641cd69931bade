import type { Row } from './main.ts';

/** Deliveries per core-second of each contestant, as bars. */
export function chart(rows: readonly Row[]): string {
  const most = Math.max(...rows.map(({ perCoreSecond }) => perCoreSecond));
  const bars = rows.map(({ name, perCoreSecond, p99 }, i) => {
    const y = 44 + i * 34;
    const width = Math.round((perCoreSecond / most) * 400);
    return `<text x="200" y="${y + 16}" text-anchor="end">${name}</text>
<rect x="210" y="${y}" width="${width}" height="24" fill="${name.startsWith('foyer') ? '#a5562f' : '#8c8072'}"/>
<text x="${218 + width}" y="${y + 16}">${Math.round(perCoreSecond).toLocaleString('en')} · p99 ${p99.toFixed(0)} ms</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${60 + rows.length * 34}" font-family="system-ui, sans-serif" font-size="14">
<rect width="100%" height="100%" fill="#fbf7f1"/>
<text x="20" y="26" font-weight="600">Events delivered per second of one core</text>
${bars.join('\n')}
</svg>
`;
}
