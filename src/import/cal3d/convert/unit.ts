import type { Cal3dMesh, Warn } from '../cal3d-file.ts';

/** Metres: what a figure is tall when its file's unit cannot be told. */
const USUAL_HEIGHT = 1.75;
/** Metres a figure of a file in a unit that people model in is tall. */
const PLAUSIBLE = [1.4, 2.2];
/** Centimetres, inches, metres, millimetres: the first in which the figure is of plausible height. */
const UNITS = [0.01, 0.0254, 1, 0.001];

/**
 * How many metres one unit of the file is. Cal3D says nothing on units; avatars are people, so their height tells.
 *
 * @param wanted - metres, where someone knows better.
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
