/** Pictures and mean colors of the lounge's materials, computed on first use. */

import { materials } from '../lounge/materials.ts';
import type { Picture } from './painted-picture.ts';

const painted = new Map<string, Picture>();

/** Returns the picture of a material, painted on first use; undefined if the material has only a color. */
export function pictureOf(name: keyof typeof materials): Picture | undefined {
  const { paint } = materials[name];
  if (!paint) return undefined;
  const picture = painted.get(name) ?? paint();
  painted.set(name, picture);
  return picture;
}

const means = new Map<string, [number, number, number]>();

/** Returns the mean color of a material in linear light: the share of light that it reflects. */
export function albedoOf(name: keyof typeof materials): readonly [number, number, number] {
  const known = means.get(name);
  if (known) return known;
  const { color = [1, 1, 1] } = materials[name];
  const picture = pictureOf(name);
  const mean: [number, number, number] = [...color];
  if (picture) {
    const sum = [0, 0, 0];
    let count = 0;
    for (let i = 0; i < picture.rgba.length; i += 4 * 37) {
      for (let c = 0; c < 3; c++) sum[c] += (picture.rgba[i + c] / 255) ** 2.2;
      count++;
    }
    for (let c = 0; c < 3; c++) mean[c] *= sum[c] / count;
  }
  means.set(name, mean);
  return mean;
}
