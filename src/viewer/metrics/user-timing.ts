import type { ClassFigures } from './stream-figures.ts';

/** Marks and measures of a visit, for profilers and real-user monitoring: `foyer:interactive`, `foyer:documents` and so on. */
const PREFIX = 'foyer:';

/** Takes away those of the visit before: they would be taken for this one's, and grow with every room. */
export function clearTimings(names: readonly string[]): void {
  for (const name of ['interactive', 'complete', ...names]) {
    performance.clearMarks(PREFIX + name);
    performance.clearMeasures(PREFIX + name);
  }
}

export function markArrival(state: 'interactive' | 'complete'): void {
  performance.mark(PREFIX + state);
}

/**
 * One measure a class of resources, from the first request to the last byte, with its counts and bytes as `detail`; classes of which
 * nothing came have none.
 */
export function measureClasses(classes: readonly ClassFigures[]): void {
  for (const { name, startedAt, endedAt, ...detail } of classes) {
    if (startedAt === undefined || endedAt === undefined) continue;
    performance.clearMeasures(PREFIX + name);
    performance.measure(PREFIX + name, { start: startedAt, end: endedAt, detail });
  }
}
