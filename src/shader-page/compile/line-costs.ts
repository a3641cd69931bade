import type { Compiled } from './compiled.ts';

/** The cost of one line of GLSL. */
export interface LineCost {
  /** The line number, from 1. */
  readonly line: number;
  /** The slots that run for the line. An instruction from several lines is divided between them. */
  readonly slots: number;
}

/** Returns the slots that run for each line, the most expensive first. Lines without instructions are left out. */
export function lineCosts({ listing, executed }: Pick<Compiled, 'listing' | 'executed'>): LineCost[] {
  const costs = new Map<number, number>();
  listing.forEach(({ lines, slots }, i) => {
    for (const line of lines) costs.set(line, (costs.get(line) ?? 0) + (slots * (executed.times[i] ?? 1)) / lines.length);
  });
  return [...costs]
    .filter(([line, slots]) => line > 0 && slots > 0)
    .map(([line, slots]) => ({ line, slots }))
    .sort((a, b) => b.slots - a.slots || a.line - b.line);
}
