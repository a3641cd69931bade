/**
 * How bright the world is that a metal mirrors, against the light that falls on a matt surface: the plain room's sky and ground have
 * a mean of 0.60, and with the sun 0.745 arrives at a surface, averaged over all directions (0.60 + 0.58 / 4). 0.60 / 0.745.
 * The same number says what share of the light comes from all around, which is the share that occlusion keeps away.
 */
export const SURROUNDING = 0.8;

/** Mean light on a surface of the plain room: what a surface that takes no light any more is given of its base colour. */
export const MEAN_LIGHT = 0.75;

/** Cosine of the angle of view: its mean over a sphere seen from afar. */
const FACING = 2 / 3;

/** `[scale, bias]` of the reflectance at normal incidence, for roughness byte / 255. */
const ENVIRONMENT: readonly (readonly [number, number])[] = Array.from({ length: 256 }, (_, i) => environment(i / 255));

/**
 * What part of light from all around a surface sends on that reflects f0 at normal incidence: Karis' fit of the split sum ("Physically
 * Based Shading on Mobile", 2014), with the energy that rough surfaces lose there given back (Turquin, "Practical multiple scattering
 * compensation for microfacet models", 2019: times 1 + f0 (1 / E - 1), E the same for f0 = 1).
 *
 * @param f0 - 0..1, one channel.
 * @param roughness - 0..1.
 */
export function mirrored(f0: number, roughness: number): number {
  const [scale, bias] = ENVIRONMENT[Math.round(Math.min(1, Math.max(0, roughness)) * 255)];
  return (f0 * scale + bias) * (1 + f0 * (1 / (scale + bias) - 1));
}

function environment(roughness: number): [number, number] {
  const [x, y, z, w] = [1 - roughness, 0.0425 - 0.0275 * roughness, 1.04 - 0.572 * roughness, 0.022 * roughness - 0.04];
  const a = Math.min(x * x, 2 ** (-9.28 * FACING)) * x + y;
  // The fit goes a little below zero where it is rough.
  return [-1.04 * a + z, Math.max(0, 1.04 * a + w)];
}
