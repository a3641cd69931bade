export interface Row {
  readonly contestant: string;
  readonly avatars: number;
  /** Finished frames a second at 1280 x 720, and at 64 x 36 (vertices alone). */
  readonly fps: number;
  readonly fpsSmall: number;
  /** Time of a frame that looks into an empty corner, as a share of the full view's. */
  readonly cornerShare: number;
  /** JavaScript of a frame with draw calls that do nothing. */
  readonly scriptMs: number;
  readonly garbageKB: number;
  readonly drawCalls: number;
  readonly triangles: number;
  /** Structural similarity to our own full detail. */
  readonly similarity: number | undefined;
}

/** A table a crowd size; ratios are to three tuned by hand. */
export function report(rows: readonly Row[], machine: string): string {
  const out = [machine];
  for (const avatars of new Set(rows.map(r => r.avatars))) {
    const group = rows.filter(r => r.avatars === avatars);
    const tuned = group.find(r => r.contestant === 'three tuned');
    out.push(
      '',
      `### ${avatars} avatars, 60 furnishings`,
      '| | frames / s 1280 x 720 | / three tuned | frames / s 64 x 36 | empty corner % | JavaScript ms | garbage KB | draw calls | triangles | similarity |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...group.map(r => {
        const ratio = tuned ? (r.fps / tuned.fps).toFixed(2) : '';
        const alike = r.similarity === undefined ? '' : r.similarity.toFixed(4);
        return `| ${[r.contestant, r.fps.toFixed(2), ratio, r.fpsSmall.toFixed(2), (r.cornerShare * 100).toFixed(0), r.scriptMs.toFixed(2), r.garbageKB.toFixed(1), r.drawCalls, Math.round(r.triangles), alike].join(' | ')} |`;
      }),
    );
  }
  return out.join('\n');
}

const COLORS: Readonly<Record<string, string>> = {
  foyer: '#d9822b',
  'foyer full': '#e8b27a',
  'three stock': '#c9bfae',
  'three tuned': '#6b8fb3',
};
const GROUP = 190;
const HEIGHT = 260;
/** Pixels of a ratio of 1. */
const UNIT = 55;

/** Frames a second at 1280 x 720 over those of three tuned, a group of bars a crowd size, as SVG. */
export function chart(rows: readonly Row[]): string {
  const counts = [...new Set(rows.map(r => r.avatars))];
  const bars = rows.map(r => {
    const tuned = rows.find(t => t.avatars === r.avatars && t.contestant === 'three tuned');
    const ratio = r.fps / (tuned?.fps ?? r.fps);
    const place = rows.filter(o => o.avatars === r.avatars).indexOf(r);
    const x = 20 + counts.indexOf(r.avatars) * GROUP + place * 40;
    const tall = Math.min(HEIGHT - 60, ratio * UNIT);
    const y = HEIGHT - 40 - tall;
    return `<rect x="${x}" y="${y.toFixed(1)}" width="34" height="${tall.toFixed(1)}" fill="${COLORS[r.contestant] ?? '#888'}"/><text x="${x + 17}" y="${(y - 4).toFixed(1)}" text-anchor="middle">${ratio.toFixed(2)}</text>`;
  });
  const labels = counts.map((n, i) => `<text x="${20 + i * GROUP}" y="${HEIGHT - 22}">${n} avatars</text>`);
  const legend = [...new Set(rows.map(r => r.contestant))].map(
    (name, i) =>
      `<rect x="${20 + i * 110}" y="${HEIGHT - 14}" width="9" height="9" fill="${COLORS[name] ?? '#888'}"/><text x="${33 + i * 110}" y="${HEIGHT - 5}">${name}</text>`,
  );
  const width = Math.max(480, 20 + counts.length * GROUP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#333">\n${[...bars, ...labels, ...legend].join('\n')}\n</svg>\n`;
}
