import type { ClassFigures } from './stream-figures.ts';

/** Marks and measures of a visit, for profilers and real-user monitoring: `foyer:interactive`, `foyer:documents` and so on. */
const PREFIX = 'foyer:';

/** Removes the marks and measures of the previous visit. Otherwise they would count as this visit's, and grow with every room. */
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
 * Adds one measure for each class of resources, from the first request to the last byte, with its counts and bytes as `detail`. A class
 * without arrivals has none.
 */
export function measureClasses(classes: readonly ClassFigures[]): void {
  for (const { name, startedAt, endedAt, ...detail } of classes) {
    if (startedAt === undefined || endedAt === undefined) continue;
    performance.clearMeasures(PREFIX + name);
    performance.measure(PREFIX + name, { start: startedAt, end: endedAt, detail });
  }
}
