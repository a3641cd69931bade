import { quantile } from '../../../../src/core/quantile.ts';
import { type Measured, parseProfile } from '../visit.ts';
import { criticalFirstMs, type Load, lowerBoundMs } from './bounds.ts';

/** All that one invocation of the bench measured; several of them make one table. */
export interface BenchFile {
  /** Where and how. */
  readonly machine: string;
  readonly room: {
    readonly documentBytes: number;
    readonly critical: { readonly files: number; readonly bytes: number };
    readonly all: { readonly files: number; readonly bytes: number };
  };
  /** Runs without a link, by protocol: what this machine takes at best. */
  readonly unshaped: readonly { readonly protocol: 'h1' | 'h2'; readonly interactiveMs: number; readonly completeMs: number }[];
  readonly runs: readonly (Measured & {
    readonly profile: string;
    readonly protocol: 'h1' | 'h2';
    readonly contestant: string;
  })[];
}

/**
 * Files of several invocations of one room as one, slow links first. The machine's bound becomes the best of all.
 * @throws Error for results of different rooms.
 */
export function merge(files: readonly BenchFile[], protocols: readonly ('h1' | 'h2')[] = ['h1', 'h2']): BenchFile {
  const [first, ...rest] = files;
  for (const other of rest)
    if (JSON.stringify(other.room) !== JSON.stringify(first.room)) throw new Error('results of different rooms cannot be merged');
  return {
    machine: [...new Set(files.map(f => f.machine))].join('; '),
    room: first.room,
    unshaped: files.flatMap(f => f.unshaped).filter(u => protocols.includes(u.protocol)),
    runs: files
      .flatMap(f => f.runs)
      .filter(r => protocols.includes(r.protocol))
      .sort((a, b) => order(a) - order(b)),
  };
}

/** By protocol, bandwidth, round trip, contestant as listed. */
function order({ profile, protocol, contestant }: BenchFile['runs'][number]): number {
  const { bitsPerSecond, rttMs } = parseProfile(profile);
  const place = CONTESTANTS.indexOf(contestant);
  return ((protocol === 'h1' ? 0 : 1e4) + bitsPerSecond / 1e6) * 1e6 + rttMs * 100 + (place < 0 ? 99 : place);
}
const CONTESTANTS = ['foyer', 'viewer', 'slots-8', 'fifo-50', 'all-at-once', 'three'];

/** The medians of one contestant over one link. */
export interface Row {
  readonly profile: string;
  readonly protocol: 'h1' | 'h2';
  readonly contestant: string;
  readonly runs: number;
  readonly interactiveMs: number;
  readonly completeMs: number;
  readonly interactiveRatio: number;
  readonly completeRatio: number;
  /** The same over the least time of a loader that is interactive at its bound; equal to `completeRatio` but on HTTP/1.1. */
  readonly criticalFirstRatio: number;
  /** The machine, not the link, is the bound of the room's completion. */
  readonly machineBound: boolean;
  readonly bandwidthUsed: number;
  readonly unseenMs: number;
  readonly extraShare: number;
  readonly inversions: number;
  readonly duplicates: number;
  readonly connections: number;
  readonly missing: number;
  readonly longestMs: number;
  readonly p99Ms: number;
}

/** One row for each contestant over each link, in the order in which they were run. */
export function rows({ runs, room, unshaped }: BenchFile): Row[] {
  const groups = new Map<string, BenchFile['runs'][number][]>();
  for (const run of runs) {
    const key = `${run.profile} ${run.protocol} ${run.contestant}`;
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()].map(group => {
    const [{ profile, protocol, contestant }] = group;
    const median = (of: (run: Measured) => number) => quantile(group.map(of), 0.5);
    const link = parseProfile(profile);
    // What was ever done over a link, this machine can do: without a link, all that comes at once can be slower than in its turn.
    // (Not by `three`: it loads other files.)
    const free = unshaped.filter(u => u.protocol === protocol);
    const done = runs.filter(r => r.protocol === protocol && r.contestant !== 'three');
    const best = (of: 'interactiveMs' | 'completeMs') => Math.min(...(free.length > 0 ? [...free, ...done] : []).map(u => u[of]));
    const load = (of: Omit<Load, 'documentBytes'>) => ({ documentBytes: room.documentBytes, ...of });
    const bound = (of: Omit<Load, 'documentBytes'>, machine: number) => {
      const byLink = lowerBoundMs(protocol, load(of), link);
      return { byLink, ms: Number.isFinite(machine) ? Math.max(byLink, machine) : byLink };
    };
    const interactive = bound(room.critical, best('interactiveMs'));
    const complete = bound(room.all, best('completeMs'));
    const criticalFirst = Math.max(complete.ms, criticalFirstMs(protocol, load(room.critical), load(room.all), link));
    const [interactiveMs, completeMs] = [median(r => r.interactiveMs), median(r => r.completeMs)];
    return {
      profile,
      protocol,
      contestant,
      runs: group.length,
      interactiveMs,
      completeMs,
      interactiveRatio: interactiveMs / interactive.ms,
      completeRatio: completeMs / complete.ms,
      criticalFirstRatio: completeMs / criticalFirst,
      machineBound: interactive.ms > interactive.byLink || complete.ms > complete.byLink,
      bandwidthUsed: median(r => r.bandwidthUsed),
      unseenMs: median(r => r.unseenMs),
      extraShare: median(r => r.extraBytes) / room.all.bytes,
      inversions: median(r => r.inversions),
      duplicates: median(r => r.duplicates),
      connections: median(r => r.connections),
      missing: Math.max(...group.map(r => r.missing)),
      longestMs: median(r => r.longestMs),
      p99Ms: median(r => r.p99Ms),
    };
  });
}

const columns: readonly (readonly [string, (row: Row) => string])[] = [
  ['link', r => `${r.profile} ${r.protocol}${r.machineBound ? ' *' : ''}`],
  ['contestant', r => r.contestant],
  ['runs', r => String(r.runs)],
  ['interactive ms', r => r.interactiveMs.toFixed(0)],
  ['/ bound', r => r.interactiveRatio.toFixed(2)],
  ['full ms', r => r.completeMs.toFixed(0)],
  ['/ bound', r => r.completeRatio.toFixed(2)],
  ['/ critical first', r => r.criticalFirstRatio.toFixed(2)],
  ['unseen ms', r => (Number.isNaN(r.unseenMs) ? '' : r.unseenMs.toFixed(0))],
  ['link used %', r => (r.bandwidthUsed * 100).toFixed(0)],
  ['inversions', r => r.inversions.toFixed(0)],
  ['extra bytes %', r => (r.extraShare * 100).toFixed(1)],
  ['duplicates', r => r.duplicates.toFixed(0)],
  ['connections', r => r.connections.toFixed(0)],
  ['missing', r => r.missing.toFixed(0)],
  ['longest task ms', r => r.longestMs.toFixed(0)],
  ['p99 task ms', r => r.p99Ms.toFixed(1)],
];

/** The table as Markdown. `*`: the bound is the machine's. */
export function table(list: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([head]) => head)),
    line(columns.map(() => '---')),
    ...list.map(row => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n');
}
