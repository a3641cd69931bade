/**
 * The value below which `part` of the samples lie, linearly interpolated between the two nearest (R's type 7).
 *
 * @param samples - any order; not changed.
 * @param part - 0..1; 0.5 is the median.
 * @returns NaN where there are no samples.
 *
 * ```ts
 * quantile([4, 1, 3, 2], 0.5) // 2.5
 * ```
 */
export function quantile(samples: readonly number[], part: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}
