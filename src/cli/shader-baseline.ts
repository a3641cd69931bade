/** Reads, writes and compares the baseline of shader costs. */
import { readJsonObject } from './json-object.ts';
import type { Report } from './shader-report.ts';

/** The cost of a shader when the baseline was written. */
export interface BaselineCount {
  readonly slots: number;
  readonly arithmetic: number;
  readonly texture: number;
}

/** Costs by `file defines target`: `{"sky.frag FOG ps_2_0": {"slots": 20, "arithmetic": 18, "texture": 2}}`. */
export type Baseline = Readonly<Record<string, BaselineCount>>;

export const baselineKey = ({ file, defines, target }: Report): string => [file, defines, target].filter(Boolean).join(' ');

/** Reads a baseline. @throws Error that names the file and what is wrong in it */
export function readBaseline(text: string, path: string): Baseline {
  const value = readJsonObject(text, path, 'shader -> counts');
  for (const [key, count] of Object.entries(value)) {
    const { slots, arithmetic, texture } = (count ?? {}) as Record<string, unknown>;
    if (![slots, arithmetic, texture].every(n => typeof n === 'number' && n >= 0))
      throw new Error(`${path}: "${key}" needs slots, arithmetic and texture, numbers from 0 up`);
  }
  return value as Baseline;
}

/** Builds the baseline of these reports on top of an older one. Shaders with an error keep their old entry. */
export function writeBaseline(reports: readonly Report[], before: Baseline): string {
  const counts = { ...before };
  for (const r of reports)
    if (r.error === null) counts[baselineKey(r)] = { slots: r.slots, arithmetic: r.arithmetic, texture: r.texture };
  const sorted = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

/** The differences from a baseline, as Markdown for a comment on a pull request. */
export interface Comparison {
  readonly markdown: string;
  /** Whether a shader has more slots than before, or no longer compiles. */
  readonly grew: boolean;
}

export function compareWithBaseline(reports: readonly Report[], baseline: Baseline): Comparison {
  const rows: string[] = [];
  let [grown, shrunk, added, broken] = [0, 0, 0, 0];
  for (const r of reports) {
    const key = baselineKey(r);
    const before = Object.hasOwn(baseline, key) ? baseline[key] : undefined;
    const name = `\`${[r.file, r.defines].filter(Boolean).join(' ')}\` | ${r.target}`;
    if (r.error !== null) {
      broken++;
      rows.push(`| ${name} | ${before?.slots ?? ''} | | ${r.error.replaceAll('|', '\\|')} |`);
    } else if (!before) {
      added++;
      rows.push(`| ${name} | | ${r.slots} | new |`);
    } else if (r.slots !== before.slots) {
      const change = r.slots - before.slots;
      if (change > 0) grown++;
      else shrunk++;
      rows.push(`| ${name} | ${before.slots} | ${r.slots} | ${describeChange(r, before)} |`);
    }
  }
  if (rows.length === 0) return { markdown: `No shader changed its cost (${reports.length} compared).`, grew: false };
  const counted = [
    [grown, 'grew'],
    [shrunk, 'shrank'],
    [added, 'new'],
    [broken, 'with an error'],
  ].flatMap(([n, word]) => (n ? [`${n} ${word}`] : []));
  const head = `### Shader slots: ${counted.join(', ')}, of ${reports.length}`;
  const table = ['| shader | target | before | now | change |', '|---|---|--:|--:|---|', ...rows];
  return { markdown: [head, '', ...table].join('\n'), grew: grown + broken > 0 };
}

/** Describes a change: `**+4 (+20 %)**: +3 arithmetic, +1 texture` */
function describeChange(now: BaselineCount, before: BaselineCount): string {
  const signed = (n: number): string => `${n > 0 ? '+' : ''}${n}`;
  const change = now.slots - before.slots;
  const percent = before.slots > 0 ? ` (${signed(Math.round((100 * change) / before.slots))} %)` : '';
  const parts = (['arithmetic', 'texture'] as const).flatMap(what =>
    now[what] === before[what] ? [] : [`${signed(now[what] - before[what])} ${what}`],
  );
  const text = `${signed(change)}${percent}`;
  return `${change > 0 ? `**${text}**` : text}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}
