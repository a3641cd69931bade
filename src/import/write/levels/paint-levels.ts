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
/** Shares of a triangle's corners next to one of them. At the corner itself, the texture may show what lies beyond a seam. */
const NEAR = [
  [0.8, 0.1, 0.1],
  [0.1, 0.8, 0.1],
  [0.1, 0.1, 0.8],
] as const;

type Shares = readonly [number, number, number];

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
  const looks = new TexturedLevels(part, texture);
  const colours = looks.colours(levels);
  const painted = levels.map((index, i) => looks.difference(index, colours, i === 0) <= (i === 0 ? MOST_OF_FINEST : MOST));
  return painted.includes(true) ? { colours, painted } : undefined;
}

class TexturedLevels {
  readonly #positions: ArrayLike<number>;
  readonly #uvs: ArrayLike<number>;
  /** Stored value of 1. */
  readonly #unit: number;
  readonly #vertices: number;
  readonly #texture: ShrunkTexture;

  constructor(part: PackedPart, texture: ShrunkTexture) {
    const { POSITION, TEXCOORD_0 } = part.attributes;
    this.#positions = POSITION.data;
    this.#uvs = TEXCOORD_0?.data ?? [];
    this.#unit = TEXCOORD_0?.normalized ? 65535 : 1;
    this.#vertices = vertexCount(part);
    this.#texture = texture;
  }

  /** Returns the mean of what the triangles around each vertex show next to it, RGBA. */
  colours(levels: readonly Uint16Array[]): Uint8Array {
    const { rgb } = this.#texture;
    // Red, green, blue, and the area that they are a sum over.
    const sums = new Float64Array(this.#vertices * 4);
    for (const index of levels)
      for (let t = 0; t < index.length; t += 3) {
        const area = triangleArea(this.#positions, index, t);
        for (let k = 0; k < 3; k++) {
          const pixel = this.#pixel(index, t, NEAR[k]);
          const to = index[t + k] * 4;
          for (let c = 0; c < 3; c++) sums[to + c] += rgb[pixel + c] * area;
          sums[to + 3] += area;
        }
      }
    const out = new Uint8Array(sums.length);
    for (let v = 0; v < out.length; v += 4) {
      for (let c = 0; c < 3; c++) out[v + c] = sums[v + 3] > 0 ? Math.round(sums[v + c] / sums[v + 3]) : 0;
      out[v + 3] = 255;
    }
    return out;
  }

  /** Returns how much a level differs with the colours of its vertices from how it looks with its texture. */
  difference(index: Uint16Array, colours: Uint8Array, isNear: boolean): number {
    const { rgb, detail } = this.#texture;
    if (isNear && !detail) return Number.POSITIVE_INFINITY;
    let sum = 0;
    let whole = 0;
    for (let t = 0; t < index.length; t += 3) {
      const area = triangleArea(this.#positions, index, t);
      const [p, q, r] = [index[t] * 4, index[t + 1] * 4, index[t + 2] * 4];
      let squares = 0;
      for (const shares of SAMPLES) {
        const [a, b, d] = shares;
        const pixel = this.#pixel(index, t, shares);
        for (let c = 0; c < 3; c++)
          squares += (a * colours[p + c] + b * colours[q + c] + d * colours[r + c] - rgb[pixel + c]) ** 2;
        if (isNear && detail) squares += 3 * detail[pixel / 3] ** 2;
      }
      sum += (squares / SAMPLES.length) * area;
      whole += area;
    }
    return Math.sqrt(sum / (whole || 1));
  }

  /** Returns the texture's pixel at a place of a triangle. */
  #pixel(index: Uint16Array, t: number, [a, b, c]: Shares): number {
    const uvs = this.#uvs;
    const [p, q, r] = [index[t] * 2, index[t + 1] * 2, index[t + 2] * 2];
    const u = (a * uvs[p] + b * uvs[q] + c * uvs[r]) / this.#unit;
    const v = (a * uvs[p + 1] + b * uvs[q + 1] + c * uvs[r + 1]) / this.#unit;
    return pixelAt(this.#texture, u, v);
  }
}
