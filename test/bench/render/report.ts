import type { MeasureName } from './measures.ts';

/** What was measured of one contestant with one crowd: a number a round and measure. */
export interface Measured {
  readonly contestant: string;
  readonly avatars: number;
  readonly drawCalls: number;
  readonly triangles: number;
  readonly samples: { [name in MeasureName]?: number[] };
  /** Structural similarity to our own full detail, at the large and at the small size. */
  similarity: readonly number[] | undefined;
  /** Frames a second over those of three tuned by hand in the same round of the same run; left out, it is of `samples`. */
  readonly overTuned?: readonly number[];
  /** Time of a frame over that of the vertex floor, in the same way. */
  readonly overFloor?: readonly number[];
}

export interface Run {
  readonly machine: string;
  readonly measured: readonly Measured[];
}

/** Rounds of several runs as if they had been one. @throws RangeError for runs of different machines or crowds. */
export function mergeRuns(runs: readonly Run[]): Run {
  const machines = new Set(runs.map(r => r.machine));
  if (machines.size !== 1) throw new RangeError(`runs of different machines do not compare: ${[...machines].join(' / ')}`);
  const out = new Map<string, Measured & { overTuned: number[]; overFloor: number[] }>();
  const ratios = (m: Measured, r: Run) => ({ ...m, overTuned: overTuned(m, r), overFloor: overFloor(m, r) });
  for (const one of runs.flatMap(r => r.measured.map(m => ratios(m, r)))) {
    const key = `${one.avatars} ${one.contestant}`;
    const before = out.get(key);
    if (!before) out.set(key, { ...one, samples: { ...one.samples } });
    else {
      before.overTuned.push(...one.overTuned);
      before.overFloor.push(...one.overFloor);
      for (const [name, samples] of Object.entries(one.samples) as [MeasureName, number[]][])
        before.samples[name] = [...(before.samples[name] ?? []), ...samples];
      before.similarity ??= one.similarity;
    }
  }
  return { machine: runs[0].machine, measured: [...out.values()].sort((a, b) => a.avatars - b.avatars) };
}

/** A round of a busy machine slows all who take part in it: only within one do times compare. */
function overTuned(one: Measured, run: Run): number[] {
  if (one.overTuned) return [...one.overTuned];
  const tuned = run.measured.find(m => m.avatars === one.avatars && m.contestant === 'three tuned')?.samples.frames ?? [];
  const own = one.samples.frames ?? [];
  return tuned.slice(0, own.length).map((time, round) => time / own[round]);
}

function overFloor(one: Measured, run: Run): number[] {
  if (one.overFloor) return [...one.overFloor];
  const floor = run.measured.find(m => m.avatars === one.avatars && m.contestant === 'vertex floor')?.samples.frames ?? [];
  const own = one.samples.frames ?? [];
  return floor.slice(0, own.length).map((time, round) => own[round] / time);
}

export interface Row {
  readonly contestant: string;
  readonly avatars: number;
  readonly rounds: number;
  /** Finished frames a second at 1280 x 720 (or `--size`), and at 64 x 36 (vertices alone). */
  readonly fps: number;
  readonly fpsSmall: number;
  /** Frames a second over those of three tuned by hand, round by round. */
  readonly overTuned: number;
  /** Time of a frame over that of the vertex floor, round by round. */
  readonly overFloor: number;
  /** Time of a frame that looks into an empty corner, as a share of the full view's. */
  readonly cornerShare: number;
  /** Processor time of the GPU process for a frame. */
  readonly processorMs: number;
  /** JavaScript of a frame with draw calls that do nothing, and the main thread's time with them. */
  readonly scriptMs: number;
  readonly mainMs: number;
  readonly garbageKB: number;
  readonly restoreMs: number;
  readonly drawCalls: number;
  readonly triangles: number;
  readonly similarity: readonly number[] | undefined;
}

/** Medians over the rounds; NaN for what was not measured. */
export function rowsOf(run: Run): Row[] {
  return run.measured.map(one => ({
    ...one,
    ...mediansOf(one),
    overTuned: median(overTuned(one, run)),
    overFloor: median(overFloor(one, run)),
  }));
}

function mediansOf({ samples }: Measured) {
  return {
    rounds: Math.max(0, ...Object.values(samples).map(list => list.length)),
    fps: 1000 / median(samples.frames),
    fpsSmall: 1000 / median(samples.small),
    cornerShare: median(samples.corner) / median(samples.frames),
    processorMs: median(samples.processor),
    scriptMs: median(samples.script),
    mainMs: median(samples.main),
    garbageKB: median(samples.garbage),
    restoreMs: median(samples.restore),
  };
}

function median(list: readonly number[] = []): number {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const shown = (value: number, digits: number): string => (Number.isNaN(value) ? '' : value.toFixed(digits));

const HEADINGS = [
  '',
  'frames / s',
  '/ three tuned',
  'time / vertex floor',
  'GPU process ms',
  'frames / s 64 x 36',
  'empty corner %',
  'JavaScript ms',
  'main thread ms',
  'garbage KB',
  'restore ms',
  'draw calls',
  'triangles',
  'similarity',
  'similarity 64 x 36',
];

/** A table a crowd size. */
export function report(rows: readonly Row[], machine: string): string {
  const out = [machine];
  for (const avatars of new Set(rows.map(r => r.avatars))) {
    const group = rows.filter(r => r.avatars === avatars);
    out.push(
      '',
      `### ${avatars} avatars, 60 furnishings (${Math.max(...group.map(r => r.rounds))} rounds)`,
      `| ${HEADINGS.join(' | ')} |`,
      `|${'---|'.repeat(HEADINGS.length)}`,
      ...group.map(r => {
        const cells = [
          r.contestant,
          shown(r.fps, 2),
          shown(r.overTuned, 2),
          shown(r.overFloor, 2),
          shown(r.processorMs, 0),
          shown(r.fpsSmall, 2),
          shown(r.cornerShare * 100, 0),
          shown(r.scriptMs, 2),
          shown(r.mainMs, 1),
          shown(r.garbageKB, 1),
          shown(r.restoreMs, 0),
          r.drawCalls,
          Math.round(r.triangles),
          shown(r.similarity?.[0] ?? Number.NaN, 4),
          shown(r.similarity?.[1] ?? Number.NaN, 4),
        ];
        return `| ${cells.join(' | ')} |`;
      }),
    );
  }
  return out.join('\n');
}

const COLORS: Readonly<Record<string, string>> = {
  foyer: '#d9822b',
  'foyer impostors': '#a65f1a',
  'foyer full': '#e8b27a',
  'three stock': '#c9bfae',
  'three tuned': '#6b8fb3',
  'playcanvas tuned': '#7aa874',
  'babylon tuned': '#b07aa1',
};
const GROUP = 300;
const HEIGHT = 260;
/** Pixels of a ratio of 1. */
const UNIT = 55;

/** Frames a second at 1280 x 720 over those of three tuned, a group of bars a crowd size, as SVG. */
export function chart(rows: readonly Row[]): string {
  const counts = [...new Set(rows.map(r => r.avatars))];
  const shownRows = rows.filter(r => !Number.isNaN(r.overTuned) && !r.contestant.endsWith(' floor'));
  const bars = shownRows.map(r => {
    const ratio = r.overTuned;
    const place = shownRows.filter(o => o.avatars === r.avatars).indexOf(r);
    const x = 20 + counts.indexOf(r.avatars) * GROUP + place * 40;
    const tall = Math.min(HEIGHT - 60, ratio * UNIT);
    const y = HEIGHT - 40 - tall;
    return `<rect x="${x}" y="${y.toFixed(1)}" width="34" height="${tall.toFixed(1)}" fill="${COLORS[r.contestant] ?? '#888'}"/><text x="${x + 17}" y="${(y - 4).toFixed(1)}" text-anchor="middle">${ratio.toFixed(2)}</text>`;
  });
  const labels = counts.map((n, i) => `<text x="${20 + i * GROUP}" y="${HEIGHT - 22}">${n} avatars</text>`);
  const legend = [...new Set(shownRows.map(r => r.contestant))].map(
    (name, i) =>
      `<rect x="${20 + i * 120}" y="${HEIGHT - 14}" width="9" height="9" fill="${COLORS[name] ?? '#888'}"/><text x="${33 + i * 120}" y="${HEIGHT - 5}">${name}</text>`,
  );
  const width = Math.max(740, 20 + counts.length * GROUP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#333">\n${[...bars, ...labels, ...legend].join('\n')}\n</svg>\n`;
}
