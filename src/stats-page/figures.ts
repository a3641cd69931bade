/** What /stats.json says, and the series that the charts show of it. */

export interface ServerFigures {
  /** Seconds since 1970. */
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly loopDelay: number;
  readonly rooms: number;
  readonly people: number;
  readonly streams: number;
  readonly deliveries: number;
  readonly position: number;
  readonly writable: boolean;
  /** Bytes. */
  readonly rss: number;
  /** Seconds of CPU used so far. */
  readonly cpu: number;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly { readonly name: string; read(now: ServerFigures, before: ServerFigures): number }[];
}

/** Seconds that a chart shows at least. */
const LEAST_SECONDS = 60;

/**
 * Returns the first and the last second that a chart shows: its figures, and a minute at least.
 * @param times - of the figures, seconds since 1970, ascending.
 * @param now - what a chart without figures ends with.
 */
export function timeSpan(times: ArrayLike<number>, now: number): [first: number, last: number] {
  const last = times[times.length - 1] ?? now;
  return [Math.min(times[0] ?? last, last - LEAST_SECONDS), last];
}

/** Change a second of a counter; 0 where the server began anew meanwhile. */
export function rate(now: ServerFigures, before: ServerFigures, read: (figures: ServerFigures) => number): number {
  const seconds = now.at - before.at;
  return seconds > 0 ? Math.max(0, (read(now) - read(before)) / seconds) : 0;
}

export const charts: readonly Chart[] = [
  {
    title: 'Requests',
    unit: 'a second',
    lines: [
      { name: 'requests', read: (now, before) => rate(now, before, f => f.requests) },
      { name: 'errors', read: (now, before) => rate(now, before, f => f.errors) },
    ],
  },
  {
    title: 'Latency',
    unit: 'ms',
    lines: [
      { name: 'p50', read: now => now.latency.p50 },
      { name: 'p95', read: now => now.latency.p95 },
      { name: 'p99', read: now => now.latency.p99 },
    ],
  },
  { title: 'Rooms', unit: '', lines: [{ name: 'rooms', read: now => now.rooms }] },
  {
    title: 'People',
    unit: '',
    lines: [
      { name: 'in rooms', read: now => now.people },
      { name: 'streams', read: now => now.streams },
    ],
  },
  {
    title: 'Deliveries',
    unit: 'a second',
    lines: [{ name: 'deliveries', read: (now, before) => rate(now, before, f => f.deliveries) }],
  },
  {
    title: 'Log',
    unit: 'entries a second',
    lines: [{ name: 'entries', read: (now, before) => rate(now, before, f => f.position) }],
  },
  { title: 'CPU', unit: 'cores', lines: [{ name: 'CPU', read: (now, before) => rate(now, before, f => f.cpu) }] },
  { title: 'Memory', unit: 'MiB', lines: [{ name: 'resident', read: now => now.rss / 2 ** 20 }] },
  { title: 'Event loop', unit: 'ms late (p99)', lines: [{ name: 'delay', read: now => now.loopDelay }] },
];
