import type { MeasureName } from './measures.ts';

/** What was measured of one contestant with one crowd: a number a round and measure. */
export interface Measured {
  readonly contestant: string;
  readonly avatars: number;
  readonly drawCalls: number;
  readonly triangles: number;
  readonly samples: { [name in MeasureName]?: number[] };
  /** Structural similarity to our own full detail, the worst of all sizes. */
  similarity: number | undefined;
}

export interface Run {
  readonly machine: string;
  readonly measured: readonly Measured[];
}

/** Rounds of several runs as if they had been one. @throws RangeError for runs of different machines or crowds. */
export function mergeRuns(runs: readonly Run[]): Run {
  const machines = new Set(runs.map(r => r.machine));
  if (machines.size !== 1) throw new RangeError(`runs of different machines do not compare: ${[...machines].join(' / ')}`);
  const out = new Map<string, Measured>();
  for (const one of runs.flatMap(r => r.measured)) {
    const key = `${one.avatars} ${one.contestant}`;
    const before = out.get(key);
    if (!before) out.set(key, { ...one, samples: { ...one.samples } });
    else {
      for (const [name, samples] of Object.entries(one.samples) as [MeasureName, number[]][])
        before.samples[name] = [...(before.samples[name] ?? []), ...samples];
      before.similarity ??= one.similarity;
    }
  }
  return { machine: runs[0].machine, measured: [...out.values()].sort((a, b) => a.avatars - b.avatars) };
}

export interface Row {
  readonly contestant: string;
  readonly avatars: number;
  readonly rounds: number;
  /** Finished frames a second at 1280 x 720 (or `--size`), and at 64 x 36 (vertices alone). */
  readonly fps: number;
  readonly fpsSmall: number;
  /** Time of a frame that looks into an empty corner, as a share of the full view's. */
  readonly cornerShare: number;
  /** JavaScript of a frame with draw calls that do nothing, and the main thread's time with them. */
  readonly scriptMs: number;
  readonly mainMs: number;
  readonly garbageKB: number;
  readonly restoreMs: number;
  readonly drawCalls: number;
  readonly triangles: number;
  readonly similarity: number | undefined;
}

/** Medians over the rounds; NaN for what was not measured. */
export function rowsOf({ measured }: Run): Row[] {
  return measured.map(({ contestant, avatars, samples, drawCalls, triangles, similarity }) => ({
    contestant,
    avatars,
    rounds: Math.max(0, ...Object.values(samples).map(list => list.length)),
    fps: 1000 / median(samples.frames),
    fpsSmall: 1000 / median(samples.small),
    cornerShare: median(samples.corner) / median(samples.frames),
    scriptMs: median(samples.script),
    mainMs: median(samples.main),
    garbageKB: median(samples.garbage),
    restoreMs: median(samples.restore),
    drawCalls,
    triangles,
    similarity,
  }));
}

const median = (list: readonly number[] = []): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const shown = (value: number, digits: number): string => (Number.isNaN(value) ? '' : value.toFixed(digits));

const HEADINGS = [
  '',
  'frames / s',
  '/ three tuned',
  'frames / s 64 x 36',
  'empty corner %',
  'JavaScript ms',
  'main thread ms',
  'garbage KB',
  'restore ms',
  'draw calls',
  'triangles',
  'similarity',
];

/** A table a crowd size; ratios are to three tuned by hand. */
export function report(rows: readonly Row[], machine: string): string {
  const out = [machine];
  for (const avatars of new Set(rows.map(r => r.avatars))) {
    const group = rows.filter(r => r.avatars === avatars);
    const tuned = group.find(r => r.contestant === 'three tuned');
    out.push(
      '',
      `### ${avatars} avatars, 60 furnishings (${Math.max(...group.map(r => r.rounds))} rounds)`,
      `| ${HEADINGS.join(' | ')} |`,
      `|${'---|'.repeat(HEADINGS.length)}`,
      ...group.map(r => {
        const cells = [
          r.contestant,
          shown(r.fps, 2),
          tuned ? shown(r.fps / tuned.fps, 2) : '',
          shown(r.fpsSmall, 2),
          shown(r.cornerShare * 100, 0),
          shown(r.scriptMs, 2),
          shown(r.mainMs, 1),
          shown(r.garbageKB, 1),
          shown(r.restoreMs, 0),
          r.drawCalls,
          Math.round(r.triangles),
          shown(r.similarity ?? Number.NaN, 4),
        ];
        return `| ${cells.join(' | ')} |`;
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
  'playcanvas tuned': '#7aa874',
  'babylon tuned': '#b07aa1',
};
const GROUP = 260;
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
      `<rect x="${20 + i * 120}" y="${HEIGHT - 14}" width="9" height="9" fill="${COLORS[name] ?? '#888'}"/><text x="${33 + i * 120}" y="${HEIGHT - 5}">${name}</text>`,
  );
  const width = Math.max(740, 20 + counts.length * GROUP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#333">\n${[...bars, ...labels, ...legend].join('\n')}\n</svg>\n`;
}
