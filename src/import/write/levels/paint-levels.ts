/** Gives vertices the colours of their texture, and finds the levels of detail that look the same with them. */

import { pixelAt, type ShrunkTexture } from '../../picture/texture-colours.ts';
import { type PackedPart, vertexCount } from '../meshes/packed-part.ts';
import { triangleArea } from './level-deviation.ts';
import { SAMPLES } from './transfer-uvs.ts';

/**
 * Greatest difference of colours, 0..442, between a level that is drawn by the colours of its vertices and the same level with its texture:
 * root mean square over its surface.
 */
const MOST = 8;
/** The same for the finest level, which is seen from nearby. It counts what the copy of the texture is too small for. */
const MOST_OF_FINEST = 3;
/** Levels with this share of the finest's triangles, and more, are seen from nearby: what their texture shows in small must stay. */
const NEARBY = 0.5;
/** From this difference of colours on, 0..442, a place strikes: an eye on a face. The borders of the Mage's palette have less. */
const STRIKING = 80;
/** Greatest share of the surface that may strike in a level that is seen from nearby: 0.6 cm2 of a person. */
const MOST_STRIKING = 3e-5;
/** Places looked at along a side of a triangle, at most. Else every second pixel of the texture's copy is looked at. */
const MOST_PLACES = 32;
/** Steps towards the best colours. The Knight's finest level then differs by 1.0, and by 1.9 with means of what is next to a vertex. */
const ROUNDS = 20;
/** After so many, a photograph is told from a palette: all its levels differ by so many times too much. */
const FEW_ROUNDS = 3;
const FAR_OFF = 2;

/** Colours of vertices in place of a texture. */
export interface Paint {
  /** RGBA of each vertex, encoded as the texture is. */
  readonly colours: Uint8Array;
  /** For each level: whether it may be drawn so. */
  readonly painted: readonly boolean[];
}

/**
 * Paints the levels of a part that look the same without their texture: those of models whose texture is a palette. A texture costs a
 * quarter of a crowd's frame on SwiftShader, colours of vertices cost nothing that shows.
 *
 * @param levels - finest first.
 *
 * @returns undefined where no level may be painted.
 */
export function paintLevels(part: PackedPart, levels: readonly Uint16Array[], texture: ShrunkTexture): Paint | undefined {
  const { TEXCOORD_0, COLOR_0 } = part.attributes;
  if (!TEXCOORD_0 || COLOR_0 || part.material.alphaMode !== 'opaque') return undefined;
  const looks = new TexturedLevels(part, levels, texture);
  looks.improve(FEW_ROUNDS);
  if (levels.every((_, i) => looks.difference(i) > MOST * FAR_OFF)) return undefined;
  looks.improve(ROUNDS - FEW_ROUNDS);
  const colours = looks.stored();
  const isAlike = (i: number): boolean => looks.difference(i, colours) <= (i === 0 ? MOST_OF_FINEST : MOST);
  const isNearby = (i: number): boolean => levels[i].length >= levels[0].length * NEARBY;
  const painted = levels.map((_, i) => isAlike(i) && !(isNearby(i) && looks.strikes(i, colours)));
  return painted.includes(true) ? { colours, painted } : undefined;
}

/** Two corners of a triangle have these products of their shares, summed over `SAMPLES`: of a corner with itself, and with another. */
const OWN = SAMPLES.reduce((sum, [a]) => sum + a * a, 0);
const OTHER = SAMPLES.reduce((sum, [a, b]) => sum + a * b, 0);
/** The shares of each corner, summed over `SAMPLES`. */
const SHARE = SAMPLES.length / 3;

/** Numbers of a triangle in `Sampled.wanted`. */
const WANTED = 10;

/** One level, with what the texture shows on each triangle. */
interface Sampled {
  /** Where the colours of the corners begin. */
  readonly corners: Int32Array;
  readonly areas: Float64Array;
  /**
   * For each triangle: the colours at the samples, weighed by the shares of each corner and summed (3 numbers a corner), then the sum of
   * their squares, of all channels. Squares of differences follow from these, so no round has to look at the texture again.
   */
  readonly wanted: Float64Array;
}

/** Finds the colours of vertices with which triangles show most nearly what they show with the texture: least squares. */
class TexturedLevels {
  readonly #part: PackedPart;
  readonly #levels: readonly Sampled[];
  readonly #texture: ShrunkTexture;
  /** RGBA of each vertex; alpha is not used. */
  readonly #colours: Float64Array;
  /** The next steps of the colours. */
  readonly #steps: Float64Array;
  /** By what each number of a step is divided: the weight of its vertex. */
  readonly #weights: Float64Array;

  constructor(part: PackedPart, levels: readonly Uint16Array[], texture: ShrunkTexture) {
    this.#part = part;
    this.#texture = texture;
    this.#levels = levels.map((index, i) => sampled(part, index, texture, i === 0));
    const numbers = vertexCount(part) * 4;
    this.#colours = new Float64Array(numbers);
    this.#steps = new Float64Array(numbers);
    this.#weights = new Float64Array(numbers);
    for (const level of this.#levels) addWeights(this.#weights, level);
  }

  /** Steps against the gradient. Each vertex's step is divided by its weight. */
  improve(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.#steps.fill(0);
      for (const level of this.#levels) addSteps(this.#steps, this.#colours, level);
      step(this.#colours, this.#steps, this.#weights);
    }
  }

  /** Returns the colours as bytes. */
  stored(): Uint8Array {
    const out = new Uint8Array(this.#colours.length);
    for (let i = 0; i < out.length; i++) out[i] = (i & 3) === 3 ? 255 : Math.max(0, Math.min(255, Math.round(this.#colours[i])));
    return out;
  }

  /**
   * Returns how much a level differs with colours from how it looks with its texture. For the finest level it counts the detail that the
   * copy of the texture lacks.
   */
  difference(level: number, colours: Float64Array | Uint8Array = this.#colours): number {
    if (level === 0 && !this.#texture.detail) return Number.POSITIVE_INFINITY;
    const own = colours instanceof Uint8Array ? Float64Array.from(colours) : colours;
    return differenceOf(this.#levels[level], own);
  }

  /** Whether the texture shows something small that the colours do not: between the samples, or in the detail that its copy lacks. */
  strikes(level: number, colours: Uint8Array): boolean {
    const { corners, areas } = this.#levels[level];
    const texture = this.#texture;
    const uvs = uvsOf(this.#part);
    let most = 0;
    for (let t = 0; t < areas.length; t++) most += areas[t] * MOST_STRIKING;
    let striking = 0;
    for (let t = 0; t < areas.length; t++) {
      const p = corners[t * 3] / 4;
      const q = corners[t * 3 + 1] / 4;
      const r = corners[t * 3 + 2] / 4;
      const places = Math.max(1, Math.min(MOST_PLACES, Math.ceil(pixelsAcross(texture, uvs, p, q, r) / 2)));
      let off = 0;
      for (let i = 0; i < places; i++)
        for (let j = 0; j < places - i; j++) {
          const a = (i + 1 / 3) / places;
          const b = (j + 1 / 3) / places;
          const d = 1 - a - b;
          const pixel = pixelIn(texture, uvs, p, q, r, a, b, d);
          let squares = 3 * (texture.detail?.[pixel / 3] ?? 0) ** 2;
          for (let c = 0; c < 3; c++)
            squares += (a * colours[p * 4 + c] + b * colours[q * 4 + c] + d * colours[r * 4 + c] - texture.rgb[pixel + c]) ** 2;
          if (squares > STRIKING * STRIKING) off++;
        }
      striking += (areas[t] * off) / ((places * (places + 1)) / 2);
      if (striking > most) return true;
    }
    return false;
  }
}

// Loops stand in functions of typed arrays alone: V8 compiles those in less time than a figure of 10,000 triangles takes.

function addWeights(weights: Float64Array, { corners, areas }: Sampled): void {
  for (let i = 0; i < corners.length; i++) {
    const weight = SHARE * areas[(i / 3) | 0];
    for (let c = corners[i]; c < corners[i] + 3; c++) weights[c] += weight;
  }
}

function addSteps(steps: Float64Array, colours: Float64Array, { corners, areas, wanted }: Sampled): void {
  for (let t = 0, from = 0; t < areas.length; t++, from += WANTED) {
    const area = areas[t];
    const p = corners[t * 3];
    const q = corners[t * 3 + 1];
    const r = corners[t * 3 + 2];
    for (let c = 0; c < 3; c++) {
      const a = colours[p + c];
      const b = colours[q + c];
      const d = colours[r + c];
      const all = OTHER * (a + b + d);
      steps[p + c] += area * (wanted[from + c] - (OWN - OTHER) * a - all);
      steps[q + c] += area * (wanted[from + 3 + c] - (OWN - OTHER) * b - all);
      steps[r + c] += area * (wanted[from + 6 + c] - (OWN - OTHER) * d - all);
    }
  }
}

function step(colours: Float64Array, steps: Float64Array, weights: Float64Array): void {
  for (let i = 0; i < colours.length; i++) if (weights[i] > 0) colours[i] += steps[i] / weights[i];
}

/** Returns the root mean square difference over the samples, of a colour's length. */
function differenceOf({ corners, areas, wanted }: Sampled, colours: Float64Array): number {
  let sum = 0;
  let whole = 0;
  for (let t = 0, from = 0; t < areas.length; t++, from += WANTED) {
    let squares = wanted[from + 9];
    for (let c = 0; c < 3; c++) {
      const a = colours[corners[t * 3] + c];
      const b = colours[corners[t * 3 + 1] + c];
      const d = colours[corners[t * 3 + 2] + c];
      squares += (OWN - OTHER) * (a * a + b * b + d * d) + OTHER * (a + b + d) * (a + b + d);
      squares -= 2 * (wanted[from + c] * a + wanted[from + 3 + c] * b + wanted[from + 6 + c] * d);
    }
    // Rounding may leave less than nothing.
    sum += (Math.max(0, squares) / SAMPLES.length) * areas[t];
    whole += areas[t];
  }
  return Math.sqrt(sum / (whole || 1));
}

/** @param counts - whether the detail that the copy of the texture lacks counts as a difference. */
function sampled(part: PackedPart, index: Uint16Array, texture: ShrunkTexture, counts: boolean): Sampled {
  const uvs = uvsOf(part);
  const triangles = index.length / 3;
  const corners = new Int32Array(index.length);
  const areas = new Float64Array(triangles);
  const wanted = new Float64Array(triangles * WANTED);
  const { data } = part.attributes.POSITION;
  for (let t = 0; t < triangles; t++) {
    const p = index[t * 3];
    const q = index[t * 3 + 1];
    const r = index[t * 3 + 2];
    corners[t * 3] = p * 4;
    corners[t * 3 + 1] = q * 4;
    corners[t * 3 + 2] = r * 4;
    areas[t] = triangleArea(data, index, t * 3);
    addWanted(wanted, t * WANTED, texture, uvs, p, q, r, counts);
  }
  return { corners, areas, wanted };
}

function addWanted(
  wanted: Float64Array,
  from: number,
  texture: ShrunkTexture,
  uvs: Uvs,
  p: number,
  q: number,
  r: number,
  counts: boolean,
): void {
  const { rgb, detail } = texture;
  for (let i = 0; i < SAMPLES.length; i++) {
    const shares = SAMPLES[i];
    const pixel = pixelIn(texture, uvs, p, q, r, shares[0], shares[1], shares[2]);
    for (let c = 0; c < 3; c++) {
      const colour = rgb[pixel + c];
      for (let k = 0; k < 3; k++) wanted[from + k * 3 + c] += shares[k] * colour;
      wanted[from + 9] += colour * colour;
    }
    if (counts && detail) wanted[from + 9] += 3 * detail[pixel / 3] * detail[pixel / 3];
  }
}

/** Texture coordinates, 2 a vertex, and the number that stands for 1. */
interface Uvs {
  readonly data: ArrayLike<number>;
  readonly unit: number;
}

function uvsOf({ attributes: { TEXCOORD_0 } }: PackedPart): Uvs {
  return { data: TEXCOORD_0?.data ?? [], unit: TEXCOORD_0?.normalized ? 65535 : 1 };
}

/** Returns where the pixel begins that a triangle shows at shares of its corners. */
function pixelIn(
  texture: ShrunkTexture,
  { data, unit }: Uvs,
  p: number,
  q: number,
  r: number,
  a: number,
  b: number,
  c: number,
): number {
  const u = (a * data[p * 2] + b * data[q * 2] + c * data[r * 2]) / unit;
  const v = (a * data[p * 2 + 1] + b * data[q * 2 + 1] + c * data[r * 2 + 1]) / unit;
  return pixelAt(texture, u, v);
}

/** Returns the pixels of the texture along the longer side of the box around a triangle. */
function pixelsAcross({ width, height }: ShrunkTexture, { data, unit }: Uvs, p: number, q: number, r: number): number {
  const across = (k: number): number =>
    Math.max(data[p * 2 + k], data[q * 2 + k], data[r * 2 + k]) - Math.min(data[p * 2 + k], data[q * 2 + k], data[r * 2 + k]);
  return Math.max(across(0) * width, across(1) * height) / unit;
}
