/** Brings the maps of a material to the same UVs and size. */

import { sample } from '../picture/picture.ts';
import { type PictureKind, resized } from '../picture/resized.ts';
import { type MaterialMap, opaqueMap, type PhysicalMaterial } from './physical-material.ts';
import { between, isUnmoved, keepsTiles, type UvTransform } from './uv-transform.ts';

/** Longest side of a baked picture, and of a shade without a colour map. */
const MAX_SIZE = 2048;
const MAX_SHADE = 1024;

/** Pixels (RGBA bytes) of all maps with the same UVs as `lead`, in one size. */
export interface AlignedMaps {
  readonly lead: MaterialMap;
  readonly width: number;
  readonly height: number;
  readonly base: Uint8Array | undefined;
  readonly metallicRoughness: Uint8Array | undefined;
  readonly glossy: Uint8Array | undefined;
  readonly normal: Uint8Array | undefined;
  readonly occlusion: Uint8Array | undefined;
  readonly emissive: Uint8Array | undefined;
}

/**
 * Resamples the maps of `m` to the UVs of one of them; undefined where it has none. That is the first (base colour before all others),
 * unless a colour tiles below an emission that does not: then the emission's, because a tile cannot show it.
 */
export async function alignMaps(m: PhysicalMaterial): Promise<AlignedMaps | undefined> {
  const first = m.baseColorMap ?? m.emissiveMap ?? m.metallicRoughnessMap ?? m.glossy?.map ?? m.occlusionMap ?? m.normalMap;
  if (!first) return undefined;
  const lead = m.emissiveMap && tilesBelow(first, m.emissiveMap) ? m.emissiveMap : first;
  const [width, height] = sizeFor(m, lead);
  const align = async (map: MaterialMap | undefined, kind: PictureKind) => map && aligned(map, lead, width, height, kind);
  return {
    lead,
    width,
    height,
    base: await align(m.baseColorMap, 'colour'),
    metallicRoughness: await align(m.metallicRoughnessMap, 'data'),
    normal: await align(m.normalMap, 'data'),
    occlusion: await align(m.occlusionMap, 'data'),
    // Resizing weighs colours by alpha. That of an emissive map has no meaning (glTF 2.0, 3.9.3), that of this one is glossiness.
    glossy: await align(m.glossy?.map && opaqueMap(m.glossy.map), 'colour'),
    emissive: await align(m.emissiveMap && opaqueMap(m.emissiveMap), 'colour'),
  };
}

/** Whether `lead` repeats within a picture that it cannot show, and all its repeats have room in a texture. */
function tilesBelow(lead: MaterialMap, map: MaterialMap): boolean {
  const step = way(lead, map) ? undefined : way(map, lead);
  const { width, height } = lead.picture;
  return step !== undefined && Math.max(width * repeatsOf(step, 0), height * repeatsOf(step, 1)) <= MAX_SIZE;
}

/** Returns the size of the largest map of colour (all its repeats), emission or occlusion. Relief and metal do not count. */
function sizeFor(m: PhysicalMaterial, lead: MaterialMap): [number, number] {
  const sizes = [lead, m.baseColorMap, m.emissiveMap, m.occlusionMap].flatMap(map => {
    const step = map && way(lead, map);
    if (!map || !step) return [];
    const { width, height } = map.picture;
    return [map === m.baseColorMap ? [width * repeatsOf(step, 0), height * repeatsOf(step, 1)] : [width, height]];
  });
  const [w, h] = [Math.max(...sizes.map(size => size[0])), Math.max(...sizes.map(size => size[1]))];
  const shrink = Math.max(1, Math.max(w, h) / (m.baseColorMap || m.emissiveMap ? MAX_SIZE : MAX_SHADE));
  return [Math.max(1, Math.round(w / shrink)), Math.max(1, Math.round(h / shrink))];
}

/** How often a picture repeats along an axis of another, at least once. */
const repeatsOf = (step: UvTransform, axis: 0 | 1): number => Math.max(1, Math.hypot(step[axis], step[axis + 2]));

/** Returns the transform from one map's UVs to another's; undefined where a repeating picture cannot show it. */
function way(from: MaterialMap, to: MaterialMap): UvTransform | undefined {
  if (from.texCoord !== to.texCoord) return undefined;
  const step = between(from.transform, to.transform);
  return step && keepsTiles(step) ? step : undefined;
}

async function aligned(map: MaterialMap, lead: MaterialMap, width: number, height: number, kind: PictureKind) {
  const step = way(lead, map);
  if (!step) return undefined;
  if (isUnmoved(step)) return (await resized(map.picture, width, height, kind)).rgba;
  // A picture that repeats within the other is sampled at the size in which it appears there.
  const shown = (size: number, whole: number, repeats: number) =>
    Math.max(1, Math.min(size, Math.round(whole / Math.max(1, repeats))));
  const { picture } = map;
  const columns = shown(picture.width, width, repeatsOf(step, 0));
  const rows = shown(picture.height, height, repeatsOf(step, 1));
  const small = await resized(picture, columns, rows, kind);
  const out = new Uint8Array(width * height * 4);
  const pixel = new Float32Array(4);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      sample(small, step[0] * u + step[2] * v + step[4], step[1] * u + step[3] * v + step[5], pixel);
      for (let c = 0; c < 4; c++) out[at + c] = Math.round(pixel[c]);
    }
  return out;
}
