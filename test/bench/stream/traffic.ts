import type { ServedRequest } from './link/shaped-server.ts';

/** What a loader asked for, as the server saw it. */
export interface Traffic {
  /** High textures asked for before the last critical file was asked for the first time. */
  readonly inversions: number;
  /** Requests for files that had come whole before. */
  readonly duplicates: number;
  readonly requests: number;
  /** That they came over: six on HTTP/1.1 where all is well, one on HTTP/2. */
  readonly connections: number;
}

/** @param requests - in the order in which they came. */
export function judgeTraffic(
  requests: readonly ServedRequest[],
  { critical, high }: { readonly critical: ReadonlySet<string>; readonly high: ReadonlySet<string> },
): Traffic {
  const firsts = new Map<string, number>();
  requests.forEach(({ path }, i) => {
    if (!firsts.has(path)) firsts.set(path, i);
  });
  let lastCritical = -1;
  for (const [path, i] of firsts) if (critical.has(path)) lastCritical = Math.max(lastCritical, i);
  let inversions = 0;
  for (const [path, i] of firsts) if (high.has(path) && i < lastCritical) inversions++;
  let duplicates = 0;
  const whole = new Map<string, number>();
  for (const { path, at, wholeAt } of requests) {
    const before = whole.get(path);
    if (before !== undefined && at > before) duplicates++;
    if (wholeAt !== undefined && (before === undefined || wholeAt < before)) whole.set(path, wholeAt);
  }
  const connections = new Set(requests.map(r => r.connection)).size;
  return { inversions, duplicates, requests: requests.length, connections };
}
