/** Converts occlusion maps to light maps or vertex occlusion. */

import { toByte } from '../picture/linear-light.ts';
import { sample, sharedPixels } from '../picture/picture.ts';
import { resized } from '../picture/resized.ts';
import type { MaterialMap } from './physical-material.ts';
import { AROUND } from './reflectance.ts';

/** Longest side of an occlusion map that vertices sample. Finer detail would only cause noise. */
const VERTEX_MAP = 256;

/** Occlusion whose UVs differ from the texture's. It is stored in vertex colours. */
export interface VertexOcclusion {
  readonly map: MaterialMap;
  /** Range 0..1. */
  readonly strength: number;
}

/** The linear factor of light where the map has `byte`. Occlusion blocks ambient light only. */
export const occluded = (byte: number, strength: number): number => 1 - AROUND * strength * (1 - byte / 255);

/** Converts an occlusion map to a light map: grey, sRGB, a factor of the light. */
export function lightMapOf(map: MaterialMap, strength: number): MaterialMap {
  const { width, height, rgba } = map.picture;
  const light = Uint8Array.from({ length: 256 }, (_, byte) => toByte(occluded(byte, strength)));
  const grey = sharedPixels(rgba.length).fill(255);
  for (let i = 0; i < rgba.length; i += 4) grey.fill(light[rgba[i]], i, i + 3);
  return { ...map, picture: { width, height, rgba: grey } };
}

export async function vertexOcclusion(map: MaterialMap, strength: number): Promise<VertexOcclusion> {
  const { width, height } = map.picture;
  const shrink = Math.max(1, Math.max(width, height) / VERTEX_MAP);
  const [w, h] = [Math.max(1, Math.round(width / shrink)), Math.max(1, Math.round(height / shrink))];
  return { map: { ...map, picture: await resized(map.picture, w, h, 'data') }, strength };
}

const pixel = new Float32Array(4);

/** The factor at one vertex. The map's transform has already been applied to the UVs. */
export const occlusionAt = ({ map, strength }: VertexOcclusion, u: number, v: number): number =>
  occluded(sample(map.picture, u, v, pixel)[0], strength);
