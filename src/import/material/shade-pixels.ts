/** Shades a material pixel by pixel, or by factors alone. */

import { luminance, TO_LINEAR, toByte } from '../picture/linear-light.ts';
import { type Picture, sharedPixels } from '../picture/picture.ts';
import type { AlignedMaps } from './align-maps.ts';
import type { Glow } from './glow.ts';
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

type Rgb = readonly [number, number, number];

/** A material as one picture. */
export interface ShadedPicture {
  readonly picture: Picture;
  readonly unlit: boolean;
  readonly gain: number;
  /** The share of the picture that colours at the vertices multiply, 0..1; all of it where there is none. The rest is emission. */
  readonly tint?: Rgb;
  readonly glow: Glow | undefined;
}

/**
 * Draws the whole material as one picture. Its pixels are to be multiplied by `gain`, because colour and emission together may exceed
 * what a pixel stores. `unlit` is true where it emits more light than it receives. `glow` marks the pixels
 * that do, where only some do. The picture of a glowing pixel is right without light, that of another in the mean light.
 */
export function shadePixels(m: PhysicalMaterial, a: AlignedMaps): ShadedPicture {
  const { width, height } = a;
  const color = new Float32Array(3);
  const light = new Float32Array(3);
  const shade = shaderOf(m, a, color, light);
  const drawn = (gain: number, isBright: (pixel: number) => boolean): Picture => {
    const rgba = sharedPixels(width * height * 4);
    for (let at = 0; at < rgba.length; at += 4) {
      shade(at);
      const bright = isBright(at >> 2);
      for (let c = 0; c < 3; c++)
        rgba[at + c] = toByte((bright ? color[c] * MEAN_LIGHT + light[c] : color[c] + light[c] / MEAN_LIGHT) / gain);
      rgba[at + 3] = m.opaque || !a.base ? 255 : a.base[at + 3];
    }
    return { width, height, rgba };
  };
  // Most materials are shaded once, because nothing in them shines or exceeds 1.
  if (isPlain(m)) return { picture: drawn(1, () => false), unlit: false, gain: 1, glow: undefined };
  const glows = new Uint8Array(width * height);
  const tints = [new TintSum(), new TintSum()] as const;
  let [taken, given, glowing, beyond, most] = [0, 0, 0, 0, 1];
  for (let pixel = 0; pixel < glows.length; pixel++) {
    shade(pixel * 4);
    const takes = luminance(color[0], color[1], color[2]) * MEAN_LIGHT;
    const gives = luminance(Math.min(1, light[0]), Math.min(1, light[1]), Math.min(1, light[2]));
    taken += takes;
    given += gives;
    if (gives > takes) glowing += glows[pixel] = 1;
    tints[glows[pixel] as 0 | 1].add(color, light);
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
  if (!splits) return { picture: drawn(gain, () => unlit), unlit, gain, tint: tintOf(...tints), glow: undefined };
  const glow = { width, height, glows, lit: drawn(gain, () => false), tint: tintOf(tints[1]) };
  return { picture: drawn(gain, pixel => glows[pixel] === 1), unlit, gain, tint: tintOf(tints[0]), glow };
}

/** Sums of a picture's pixels, of which each is a colour t and an emission e, by red, green and blue. */
class TintSum {
  /** (t + e) t */
  readonly shared = new Float64Array(3);
  /** (t + e)² */
  readonly squared = new Float64Array(3);

  add(color: Float32Array, light: Float32Array): void {
    for (let c = 0; c < 3; c++) {
      const whole = color[c] + light[c] / MEAN_LIGHT;
      this.shared[c] += whole * color[c];
      this.squared[c] += whole * whole;
    }
  }
}

/**
 * Returns the shares of a picture that colours at the vertices multiply. A colour v is to show t v + e. The picture holds t + e, and the
 * factor of least squared error is v s + 1 - s, with s the mean of t / (t + e), weighted by (t + e)².
 */
function tintOf(...sums: readonly TintSum[]): Rgb {
  const share = (c: number): number => {
    const [shared, squared] = [sums.reduce((sum, s) => sum + s.shared[c], 0), sums.reduce((sum, s) => sum + s.squared[c], 0)];
    return squared > 0 ? shared / squared : 1;
  };
  return [share(0), share(1), share(2)];
}

/** Whether the material neither shines nor exceeds 1. */
const isPlain = ({ emissive, baseColor, glossy }: PhysicalMaterial): boolean =>
  emissive.every(x => x === 0) && baseColor.every(x => x <= 1) && (glossy === undefined || glossy.specular.every(x => x <= 1));

/** Returns what shades the pixel at a byte: it writes its response to light to `color` and its emission to `light`, both linear. */
function shaderOf(m: PhysicalMaterial, a: AlignedMaps, color: Float32Array, light: Float32Array): (at: number) => void {
  const { base, emissive, occlusion, normal } = a;
  const inks = tables(m.baseColor);
  const lights = tables(m.emissive);
  const metals = m.glossy ? undefined : a.metallicRoughness;
  const metal = m.glossy ? 0 : m.metallic;
  const dims = Float64Array.from({ length: 256 }, (_, byte) => occluded(byte, m.occlusionStrength));
  const tilts = Float64Array.from({ length: 256 }, (_, byte) => ((byte / 255) * 2 - 1) * m.normalScale);
  const heights = Float64Array.from({ length: 256 }, (_, byte) => Math.max(0, (byte / 255) * 2 - 1));
  return at => {
    const kept = 1 + (SURROUNDING - 1) * (metals ? (metal * metals[at + 2]) / 255 : metal);
    const dim =
      (occlusion ? dims[occlusion[at]] : 1) *
      (normal ? relief(tilts[normal[at]], tilts[normal[at + 1]], heights[normal[at + 2]]) : 1);
    for (let c = 0; c < 3; c++) {
      color[c] = inks[c][base ? base[at + c] : 255] * kept;
      light[c] = lights[c][emissive ? emissive[at + c] : 255];
    }
    if (m.glossy) gloss(m.glossy, a.glossy, at, color);
    color[0] *= dim;
    color[1] *= dim;
    color[2] *= dim;
  };
}

/** Returns the linear light of each byte of red, green and blue, times a factor. */
const tables = (factor: readonly number[]): Float64Array[] =>
  [0, 1, 2].map(c => Float64Array.from(TO_LINEAR, x => x * factor[c]));

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

/** Returns the light that is left where a normal leans, of one with any length. */
function relief(x: number, y: number, z: number): number {
  const square = x * x + y * y + z * z;
  return square > 0 ? 1 - RELIEF * (1 - z / Math.sqrt(square)) : 1;
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
