/** Gives vertices the colours of their texture, and finds the levels of detail that look the same with them. */
import { type PackedPart, vertexCount } from '../meshes/packed-part.ts';
import { triangleArea } from './level-deviation.ts';
import { pixelAt, type ShrunkTexture } from './looks/texture-colours.ts';
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

/** One level, with the texture's pixel at each sample and the area of each triangle. */
interface Sampled {
  readonly index: Uint16Array;
  readonly pixels: Int32Array;
  readonly areas: Float64Array;
}

/** Finds the colours of vertices with which triangles show most nearly what they show with the texture: least squares. */
class TexturedLevels {
  readonly #part: PackedPart;
  readonly #levels: readonly Sampled[];
  readonly #texture: ShrunkTexture;
  /** RGBA of each vertex; alpha is not used. */
  readonly #colours: Float64Array;
  /** The next steps of the colours, and the weights of vertices in place of alpha. */
  readonly #steps: Float64Array;

  constructor(part: PackedPart, levels: readonly Uint16Array[], texture: ShrunkTexture) {
    this.#part = part;
    this.#texture = texture;
    this.#levels = levels.map(index => sampled(part, index, texture));
    this.#colours = new Float64Array(vertexCount(part) * 4);
    this.#steps = new Float64Array(vertexCount(part) * 4);
  }

  /** Steps against the gradient. Each vertex's step is divided by its weight. */
  improve(rounds: number): void {
    const colours = this.#colours;
    const steps = this.#steps;
    for (let round = 0; round < rounds; round++) {
      steps.fill(0);
      for (const level of this.#levels) this.#addSteps(level);
      for (let v = 0; v < colours.length; v += 4)
        if (steps[v + 3] > 0) for (let c = v; c < v + 3; c++) colours[c] += steps[c] / steps[v + 3];
    }
  }

  /** Returns the colours as bytes. */
  stored(): Uint8Array {
    return Uint8Array.from(this.#colours, (x, i) => (i % 4 === 3 ? 255 : Math.max(0, Math.min(255, Math.round(x)))));
  }

  /**
   * Returns how much a level differs with colours from how it looks with its texture. For the finest level it counts the detail that the
   * copy of the texture lacks.
   */
  difference(level: number, colours: ArrayLike<number> = this.#colours): number {
    const { index, pixels, areas } = this.#levels[level];
    const { rgb, detail } = this.#texture;
    if (level === 0 && !detail) return Number.POSITIVE_INFINITY;
    let sum = 0;
    let whole = 0;
    for (let t = 0, at = 0; t < areas.length; t++) {
      const [p, q, r] = [index[t * 3] * 4, index[t * 3 + 1] * 4, index[t * 3 + 2] * 4];
      let squares = 0;
      for (const [a, b, d] of SAMPLES) {
        const pixel = pixels[at++];
        for (let c = 0; c < 3; c++)
          squares += (a * colours[p + c] + b * colours[q + c] + d * colours[r + c] - rgb[pixel + c]) ** 2;
        if (level === 0 && detail) squares += 3 * detail[pixel / 3] ** 2;
      }
      sum += (squares / SAMPLES.length) * areas[t];
      whole += areas[t];
    }
    return Math.sqrt(sum / (whole || 1));
  }

  /** Whether the texture shows something small that the colours do not: between the samples, or in the detail that its copy lacks. */
  strikes(level: number, colours: Uint8Array): boolean {
    const { index, areas } = this.#levels[level];
    const texture = this.#texture;
    const uvs = uvsOf(this.#part);
    let striking = 0;
    let whole = 0;
    for (let t = 0; t < areas.length; t++) {
      const [p, q, r] = [index[t * 3], index[t * 3 + 1], index[t * 3 + 2]];
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
      whole += areas[t];
    }
    return striking > whole * MOST_STRIKING;
  }

  #addSteps({ index, pixels, areas }: Sampled): void {
    const { rgb } = this.#texture;
    const colours = this.#colours;
    const steps = this.#steps;
    for (let t = 0, at = 0; t < areas.length; t++) {
      const [p, q, r] = [index[t * 3] * 4, index[t * 3 + 1] * 4, index[t * 3 + 2] * 4];
      const area = areas[t];
      for (let i = 0; i < SAMPLES.length; i++) {
        const pixel = pixels[at++];
        const [a, b, d] = SAMPLES[i];
        for (let c = 0; c < 3; c++) {
          const missing = (rgb[pixel + c] - a * colours[p + c] - b * colours[q + c] - d * colours[r + c]) * area;
          steps[p + c] += a * missing;
          steps[q + c] += b * missing;
          steps[r + c] += d * missing;
        }
        steps[p + 3] += a * area;
        steps[q + 3] += b * area;
        steps[r + 3] += d * area;
      }
    }
  }
}

function sampled(part: PackedPart, index: Uint16Array, texture: ShrunkTexture): Sampled {
  const uvs = uvsOf(part);
  const triangles = index.length / 3;
  const pixels = new Int32Array(triangles * SAMPLES.length);
  for (let t = 0, at = 0; t < index.length; t += 3)
    for (const [a, b, c] of SAMPLES) pixels[at++] = pixelIn(texture, uvs, index[t], index[t + 1], index[t + 2], a, b, c);
  const { data } = part.attributes.POSITION;
  const areas = Float64Array.from({ length: triangles }, (_, t) => triangleArea(data, index, t * 3));
  return { index, pixels, areas };
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
