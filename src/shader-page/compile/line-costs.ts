import type { Compiled } from './compiled.ts';

/** What one line of GLSL costs. */
export interface LineCost {
  /** From 1. */
  readonly line: number;
  /** Slots that are executed for it; an instruction that comes from several lines is shared between them. */
  readonly slots: number;
}

/** The executed slots of each line, the most expensive first. Lines without instructions are left out. */
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
