/** Shades a material pixel by pixel, or by factors alone. */

import { type Picture, sharedPixels } from '../picture/picture.ts';
import type { AlignedMaps } from './align-maps.ts';
import type { Glow } from './glow.ts';
import { luminance, TO_LINEAR, toByte } from './linear-light.ts';
import { occluded } from './occlusion.ts';
import type { PhysicalMaterial } from './physical-material.ts';
import { MEAN_LIGHT, SURROUNDING } from './reflectance.ts';

/** The drawn share of the relief that light from straight above would show. */
const RELIEF = 0.5;
/** Reflectance of a dielectric at normal incidence (glTF 2.0, appendix B). The base colour already includes it. */
const DIELECTRIC = 0.04;

type Gloss = NonNullable<PhysicalMaterial['glossy']>;

/** Smallest share of pixels that glow, or do not, for which a material is split. */
const SPLIT = 0.002;

/** A base colour and an emission of 1 together: the most that a picture is multiplied with. */
const MOST_GAIN = 2;

/**
 * Draws the whole material as one picture. Its pixels are to be multiplied by `gain`, because colour and emission together may exceed
 * what a pixel stores. `unlit` is true where it emits more light than it receives. `glow` marks the pixels
 * that do, where only some do. The picture of a glowing pixel is right without light, that of another in the mean light.
 */
export function shadePixels(
  m: PhysicalMaterial,
  a: AlignedMaps,
): { picture: Picture; unlit: boolean; gain: number; glow: Glow | undefined } {
  const { width, height } = a;
  const color = new Float32Array(3);
  const light = new Float32Array(3);
  const glows = new Uint8Array(width * height);
  let [taken, given, glowing, beyond, most] = [0, 0, 0, 0, 1];
  for (let pixel = 0; pixel < glows.length; pixel++) {
    shade(m, a, pixel * 4, color, light);
    const takes = luminance(color[0], color[1], color[2]) * MEAN_LIGHT;
    const gives = luminance(Math.min(1, light[0]), Math.min(1, light[1]), Math.min(1, light[2]));
    taken += takes;
    given += gives;
    if (gives > takes) glowing += glows[pixel] = 1;
    const brightest = Math.max(
      color[0] + light[0] / MEAN_LIGHT,
      color[1] + light[1] / MEAN_LIGHT,
      color[2] + light[2] / MEAN_LIGHT,
    );
    if (brightest > 1 + SPLIT) beyond++;
    most = Math.max(most, brightest);
  }
  const splits = a.emissive !== undefined && glowing > SPLIT * glows.length && glowing < (1 - SPLIT) * glows.length;
  const unlit = !splits && given > taken;
  const gain = !unlit && beyond > SPLIT * glows.length ? Math.min(MOST_GAIN, most) : 1;
  const drawn = (isBright: (pixel: number) => boolean): Picture => {
    const rgba = sharedPixels(width * height * 4);
    for (let at = 0; at < rgba.length; at += 4) {
      shade(m, a, at, color, light);
      const bright = isBright(at >> 2);
      for (let c = 0; c < 3; c++)
        rgba[at + c] = toByte((bright ? color[c] * MEAN_LIGHT + light[c] : color[c] + light[c] / MEAN_LIGHT) / gain);
      rgba[at + 3] = m.opaque || !a.base ? 255 : a.base[at + 3];
    }
    return { width, height, rgba };
  };
  if (!splits) return { picture: drawn(() => unlit), unlit, gain, glow: undefined };
  return { picture: drawn(pixel => glows[pixel] === 1), unlit, gain, glow: { width, height, glows, lit: drawn(() => false) } };
}

/** Shades one pixel: writes its response to light to `color` and its emission to `light`, both linear. */
function shade(m: PhysicalMaterial, a: AlignedMaps, at: number, color: Float32Array, light: Float32Array): void {
  const metal = m.glossy ? 0 : m.metallic * (a.metallicRoughness ? a.metallicRoughness[at + 2] / 255 : 1);
  for (let c = 0; c < 3; c++) {
    const base = m.baseColor[c] * (a.base ? TO_LINEAR[a.base[at + c]] : 1);
    color[c] = base * (1 + (SURROUNDING - 1) * metal);
    light[c] = m.emissive[c] * (a.emissive ? TO_LINEAR[a.emissive[at + c]] : 1);
  }
  if (m.glossy) gloss(m.glossy, a.glossy, at, color);
  const dim = (a.occlusion ? occluded(a.occlusion[at], m.occlusionStrength) : 1) * (a.normal ? relief(m, a.normal, at) : 1);
  for (let c = 0; c < 3; c++) color[c] *= dim;
}

const specular = new Float32Array(3);

/** Adds the reflection of a glossy surface beyond the dielectric one, and subtracts it from the diffuse colour. */
function gloss(source: Gloss, map: Uint8Array | undefined, at: number, color: Float32Array): void {
  let most = 0;
  for (let c = 0; c < 3; c++) {
    const s = source.specular[c] * (map ? TO_LINEAR[map[at + c]] : 1);
    specular[c] = Math.max(0, (s - DIELECTRIC) / (1 - DIELECTRIC));
    most = Math.max(most, specular[c]);
  }
  for (let c = 0; c < 3; c++) color[c] = color[c] * (1 - most) + SURROUNDING * specular[c];
}

function relief({ normalScale }: PhysicalMaterial, normal: Uint8Array, at: number): number {
  const x = ((normal[at] / 255) * 2 - 1) * normalScale;
  const y = ((normal[at + 1] / 255) * 2 - 1) * normalScale;
  const z = Math.max(0, (normal[at + 2] / 255) * 2 - 1);
  const length = Math.hypot(x, y, z);
  return length > 0 ? 1 - RELIEF * (1 - z / length) : 1;
}

/** A surface of one colour, linear. Both numbers together may exceed 1. */
export interface ShadedFactors {
  /** What it sends on of white light. */
  readonly reflected: readonly [number, number, number];
  /** What it sends by itself. */
  readonly emitted: readonly [number, number, number];
  readonly unlit: boolean;
}

/** Works like `shadePixels`, with factors only. */
export function shadeFactors(m: PhysicalMaterial): ShadedFactors {
  const color = Float32Array.of(m.baseColor[0], m.baseColor[1], m.baseColor[2]);
  if (m.glossy) gloss(m.glossy, undefined, 0, color);
  else for (let c = 0; c < 3; c++) color[c] *= 1 + (SURROUNDING - 1) * m.metallic;
  const unlit = luminance(...m.emissive) > luminance(color[0], color[1], color[2]) * MEAN_LIGHT;
  const reflected = (c: number) => Math.min(1, unlit ? color[c] * MEAN_LIGHT : color[c]);
  // The room's light dims emission too, by MEAN_LIGHT on average. What is unlit shows 1 at most.
  const emitted = (c: number) => (unlit ? Math.min(1 - reflected(c), m.emissive[c]) : m.emissive[c] / MEAN_LIGHT);
  return { reflected: [reflected(0), reflected(1), reflected(2)], emitted: [emitted(0), emitted(1), emitted(2)], unlit };
}
