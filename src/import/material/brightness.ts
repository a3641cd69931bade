/** Computes by how much a surface is brighter than its base colour. */

const NOTHING = [0, 0, 0] as const;

/**
 * Returns the emission that stands for all that brightens a surface. The shader adds it to the base colour before the light, so that
 * both together reach 2.
 *
 * @param color - base colour as it is drawn, 0..1.
 * @param factor - base colour as the file has it. Some exporters write bright surfaces above 1, and three.js multiplies with them.
 * @param rim - mean of a toon material's rim.
 */
export function brightness(
  color: readonly number[],
  factor: readonly number[] = [1, 1, 1],
  emissive: readonly number[] = NOTHING,
  rim: readonly number[] = NOTHING,
): [number, number, number] {
  const channel = (c: number): number => Math.min(1, emissive[c] + rim[c] + color[c] * Math.max(0, factor[c] - 1));
  return [channel(0), channel(1), channel(2)];
}
