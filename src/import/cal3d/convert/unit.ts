/** Determines the unit of a Cal3D model. */
import type { Cal3dMesh, Warn } from '../cal3d-file.ts';

/** Height of a figure in metres where the unit of its file is unknown. */
const USUAL_HEIGHT = 1.75;
/** Plausible heights of a figure, in metres. */
const PLAUSIBLE = [1.4, 2.2];
/** Centimetres, inches, metres, millimetres. The first unit that gives a plausible height wins. */
const UNITS = [0.01, 0.0254, 1, 0.001];

/**
 * Returns how many metres one unit of the file is. Cal3D stores no unit; avatars are people, so their height decides.
 *
 * @param wanted - height in metres, where the caller knows it.
 */
export function metresPerUnit(
  meshes: readonly Cal3dMesh[],
  wanted: number | undefined,
  url: string,
  warn: Warn,
): { unit: number; height: number } {
  let least = Infinity;
  let most = -Infinity;
  for (const { submeshes } of meshes) {
    for (const { positions } of submeshes) {
      for (let i = 2; i < positions.length; i += 3) {
        least = Math.min(least, positions[i]);
        most = Math.max(most, positions[i]);
      }
    }
  }
  const tall = most - least;
  if (!(tall > 1e-6)) return { unit: 1, height: 0 };
  if (wanted !== undefined) return { unit: wanted / tall, height: wanted };
  const known = UNITS.find(u => tall * u >= PLAUSIBLE[0] && tall * u <= PLAUSIBLE[1]);
  if (known !== undefined) return { unit: known, height: tall * known };
  warn(`${url}: ${tall.toPrecision(4)} units tall, in no unit the height of a person: scaled to ${USUAL_HEIGHT} m`);
  return { unit: USUAL_HEIGHT / tall, height: USUAL_HEIGHT };
}
