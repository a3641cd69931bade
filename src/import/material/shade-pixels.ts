/** Draws a material as one picture, or by factors alone. */

import { luminance, toByte } from '../picture/linear-light.ts';
import { type Picture, sharedPixels } from '../picture/picture.ts';
import type { AlignedMaps } from './align-maps.ts';
import type { Glow } from './glow.ts';
import type { PhysicalMaterial } from './physical-material.ts';
import { MEAN_LIGHT, SURROUNDING } from './reflectance.ts';
import { gloss, RunShader } from './run-shader.ts';

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
  const shader = new RunShader(m, a);
  // Most materials are shaded once, because nothing in them shines or exceeds 1.
  if (isPlain(m)) return { picture: plain(m, a, shader), unlit: false, gain: 1, glow: undefined };
  const { width, height } = a;
  const { glows, sums, taken, given, glowing, beyond, most } = measure(shader, width * height);
  const splits = a.emissive !== undefined && glowing > SPLIT * glows.length && glowing < (1 - SPLIT) * glows.length;
  const unlit = !splits && given > taken;
  const gain = !unlit && beyond > SPLIT * glows.length ? Math.min(MOST_GAIN, most) : 1;
  const [picture, lit] = shining(m, a, shader, gain, splits ? glows : unlit);
  if (!lit) return { picture, unlit, gain, tint: tintOf(...sums), glow: undefined };
  return { picture, unlit, gain, tint: tintOf(sums[0]), glow: { width, height, glows, lit, tint: tintOf(sums[1]) } };
}

/** Draws a material that neither shines nor exceeds 1. */
function plain(m: PhysicalMaterial, a: AlignedMaps, shader: RunShader): Picture {
  const rgba = sharedPixels(a.width * a.height * 4);
  const { color } = shader;
  const alpha = m.opaque ? undefined : a.base;
  for (let first = 0, count = shader.shade(0); count > 0; count = shader.shade((first += count)))
    for (let i = 0, from = 0, at = first * 4; i < count; i++, from += 3, at += 4) {
      rgba[at] = toByte(color[from]);
      rgba[at + 1] = toByte(color[from + 1]);
      rgba[at + 2] = toByte(color[from + 2]);
      rgba[at + 3] = alpha ? alpha[at + 3] : 255;
    }
  return { width: a.width, height: a.height, rgba };
}

/**
 * Draws a material that shines.
 *
 * @param glows - whether all pixels glow, or which of them do.
 * @returns its picture; where only some pixels glow, also the one in which all are right in the mean light.
 */
function shining(
  m: PhysicalMaterial,
  a: AlignedMaps,
  shader: RunShader,
  gain: number,
  glows: boolean | Uint8Array,
): [picture: Picture, lit: Picture | undefined] {
  const { width, height } = a;
  const rgba = sharedPixels(width * height * 4);
  const some = glows instanceof Uint8Array ? glows : undefined;
  const lit = some && sharedPixels(rgba.length);
  const alpha = m.opaque ? undefined : a.base;
  for (let first = 0, count = shader.shade(0); count > 0; count = shader.shade((first += count)))
    for (let i = 0, from = 0, at = first * 4; i < count; i++, from += 3, at += 4) {
      const glow = some ? some[first + i] === 1 : glows === true;
      rgba[at + 3] = alpha ? alpha[at + 3] : 255;
      if (glow) put(rgba, at, shader, from, MEAN_LIGHT / gain, 1 / gain);
      else put(rgba, at, shader, from, 1 / gain, 1 / (MEAN_LIGHT * gain));
      if (!lit) continue;
      lit[at] = rgba[at];
      lit[at + 1] = rgba[at + 1];
      lit[at + 2] = rgba[at + 2];
      lit[at + 3] = rgba[at + 3];
      if (glow) put(lit, at, shader, from, 1 / gain, 1 / (MEAN_LIGHT * gain));
    }
  return [{ width, height, rgba }, lit && { width, height, rgba: lit }];
}

/** Draws a pixel with shares of its colour and of its light. */
function put(rgba: Uint8Array, at: number, { color, light }: RunShader, from: number, ofColor: number, ofLight: number): void {
  rgba[at] = toByte(color[from] * ofColor + light[from] * ofLight);
  rgba[at + 1] = toByte(color[from + 1] * ofColor + light[from + 1] * ofLight);
  rgba[at + 2] = toByte(color[from + 2] * ofColor + light[from + 2] * ofLight);
}

/** Sums of pixels, of which each is a colour t and an emission e: (t + e) t and (t + e)², of red, green and blue each. */
type TintSums = Float64Array;

/** What is known of a material that shines before it is drawn. */
interface Measured {
  /** 1 for each pixel that emits more light than it receives. */
  readonly glows: Uint8Array;
  /** Of the pixels that do not glow, and of those that do. */
  readonly sums: readonly [TintSums, TintSums];
  /** The light that all pixels receive, and that they emit. */
  readonly taken: number;
  readonly given: number;
  /** How many pixels glow, and how many exceed 1. */
  readonly glowing: number;
  readonly beyond: number;
  /** The brightest of all, at least 1. */
  readonly most: number;
}

function measure(shader: RunShader, pixels: number): Measured {
  const { color, light } = shader;
  const glows = new Uint8Array(pixels);
  const [dark, bright] = [new Float64Array(6), new Float64Array(6)];
  let [taken, given, glowing, beyond, most] = [0, 0, 0, 0, 1];
  for (let first = 0, count = shader.shade(0); count > 0; count = shader.shade((first += count)))
    for (let i = 0, at = 0; i < count; i++, at += 3) {
      const r = color[at];
      const g = color[at + 1];
      const b = color[at + 2];
      const lightR = light[at];
      const lightG = light[at + 1];
      const lightB = light[at + 2];
      const takes = luminance(r, g, b) * MEAN_LIGHT;
      const gives = luminance(Math.min(1, lightR), Math.min(1, lightG), Math.min(1, lightB));
      taken += takes;
      given += gives;
      const isGlowing = gives > takes;
      if (isGlowing) glowing += glows[first + i] = 1;
      const wholeR = r + lightR / MEAN_LIGHT;
      const wholeG = g + lightG / MEAN_LIGHT;
      const wholeB = b + lightB / MEAN_LIGHT;
      const sum = isGlowing ? bright : dark;
      sum[0] += wholeR * r;
      sum[1] += wholeG * g;
      sum[2] += wholeB * b;
      sum[3] += wholeR * wholeR;
      sum[4] += wholeG * wholeG;
      sum[5] += wholeB * wholeB;
      const brightest = Math.max(wholeR, wholeG, wholeB);
      if (brightest > 1 + SPLIT) beyond++;
      if (brightest > most) most = brightest;
    }
  return { glows, sums: [dark, bright], taken, given, glowing, beyond, most };
}

/**
 * Returns the shares of a picture that colours at the vertices multiply. A colour v is to show t v + e. The picture holds t + e, and the
 * factor of least squared error is v s + 1 - s, with s the mean of t / (t + e), weighted by (t + e)².
 */
function tintOf(...sums: readonly TintSums[]): Rgb {
  const share = (c: number): number => {
    const [shared, squared] = [sums.reduce((sum, s) => sum + s[c], 0), sums.reduce((sum, s) => sum + s[c + 3], 0)];
    return squared > 0 ? shared / squared : 1;
  };
  return [share(0), share(1), share(2)];
}

/** Whether the material neither shines nor exceeds 1. */
const isPlain = ({ emissive, baseColor, glossy }: PhysicalMaterial): boolean =>
  emissive.every(x => x === 0) && baseColor.every(x => x <= 1) && (glossy === undefined || glossy.specular.every(x => x <= 1));

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
  if (m.glossy) gloss(m.glossy, undefined, 0, color, 1);
  else for (let c = 0; c < 3; c++) color[c] *= 1 + (SURROUNDING - 1) * m.metallic;
  const unlit = luminance(...m.emissive) > luminance(color[0], color[1], color[2]) * MEAN_LIGHT;
  const reflected = (c: number) => Math.min(1, unlit ? color[c] * MEAN_LIGHT : color[c]);
  // The room's light dims emission too, by MEAN_LIGHT on average. What is unlit shows 1 at most.
  const emitted = (c: number) => (unlit ? Math.min(1 - reflected(c), m.emissive[c]) : m.emissive[c] / MEAN_LIGHT);
  return { reflected: [reflected(0), reflected(1), reflected(2)], emitted: [emitted(0), emitted(1), emitted(2)], unlit };
}
