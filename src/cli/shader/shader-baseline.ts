/** Reads, writes and compares the baseline of shader costs. */
import { readJsonObject } from '../json-object.ts';
import type { Report } from './shader-report.ts';

/** The cost of a shader when the baseline was written. */
export interface BaselineCount {
  readonly slots: number;
  readonly arithmetic: number;
  readonly texture: number;
  /** The most slots that one vertex or pixel runs. Only for shaders with a kept loop or branch. */
  readonly executed?: number;
}

/** Costs by `file defines target`: `{"sky.frag FOG ps_2_0": {"slots": 20, "arithmetic": 18, "texture": 2}}`. */
export type Baseline = Readonly<Record<string, BaselineCount>>;

const baselineKey = ({ file, defines, target }: Report): string => [file, defines, target].filter(Boolean).join(' ');

/** Reads a baseline. @throws Error that names the file and what is wrong in it */
export function readBaseline(text: string, path: string): Baseline {
  const value = readJsonObject(text, path, 'shader -> counts');
  for (const [key, count] of Object.entries(value)) {
    const { slots, arithmetic, texture, executed = 0 } = (count ?? {}) as Record<string, unknown>;
    if (![slots, arithmetic, texture, executed].every(n => typeof n === 'number' && n >= 0))
      throw new Error(`${path}: "${key}" needs slots, arithmetic and texture, and may have executed: numbers from 0 up`);
  }
  return value as Baseline;
}

/** Builds the baseline of these reports on top of an older one. Shaders with an error keep their old entry. */
export function writeBaseline(reports: readonly Report[], before: Baseline): string {
  const counts = { ...before };
  for (const r of reports) if (r.error === null) counts[baselineKey(r)] = countOf(r);
  const sorted = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

function countOf({ slots, arithmetic, texture, executed }: Report): BaselineCount {
  return { slots, arithmetic, texture, ...(executed === slots ? {} : { executed }) };
}

/** The differences from a baseline, as Markdown for a comment on a pull request. */
export interface Comparison {
  readonly markdown: string;
  /** True where a shader has or runs more slots than before, or no longer compiles. */
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
      rows.push(`| ${name} | | ${cost(countOf(r))} | new |`);
    } else {
      const now = countOf(r);
      const runs = (now.executed ?? now.slots) - (before.executed ?? before.slots);
      if (now.slots === before.slots && runs === 0) continue;
      if (now.slots > before.slots || runs > 0) grown++;
      else shrunk++;
      rows.push(`| ${name} | ${cost(before)} | ${cost(now)} | ${describeChange(now, before)} |`);
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

/** Describes a cost: `21`, or `21, runs 147` where loops or branches stay. */
const cost = ({ slots, executed }: BaselineCount): string => (executed === undefined ? `${slots}` : `${slots}, runs ${executed}`);

/** Describes a change: `**+4 (+20 %)**: +3 arithmetic, +1 texture, +28 executed` */
function describeChange(now: BaselineCount, before: BaselineCount): string {
  const signed = (n: number): string => `${n > 0 ? '+' : ''}${n}`;
  const change = now.slots - before.slots;
  const percent = before.slots > 0 ? ` (${signed(Math.round((100 * change) / before.slots))} %)` : '';
  const parts = (['arithmetic', 'texture'] as const).flatMap(what =>
    now[what] === before[what] ? [] : [`${signed(now[what] - before[what])} ${what}`],
  );
  const runs = (now.executed ?? now.slots) - (before.executed ?? before.slots);
  if (runs !== change) parts.push(`${signed(runs)} executed`);
  const text = `${signed(change)}${percent}`;
  return `${change > 0 || runs > 0 ? `**${text}**` : text}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}
