/** Draws a level of detail on the processor: small pictures from some directions, which tell how it looks. */
import { pixelAt, type ShrunkTexture } from './texture-colours.ts';

/** A surface with what is visible of it. */
export interface SeenSurface {
  readonly index: ArrayLike<number>;
  /** 3 a vertex. */
  readonly positions: Float32Array;
  /** Numbers of each vertex besides its position. */
  readonly values: Float32Array;
  readonly stride: number;
}

/** Where the numbers of a vertex stand in its row; -1 for those that it lacks. */
export interface SeenNumbers {
  readonly normal: number;
  readonly uv: number;
  readonly colour: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 3 a pixel, 0..255. */
  readonly rgb: Float32Array;
  /** Distance along the direction, -Infinity where nothing is. */
  readonly depth: Float32Array;
}

type Vec3 = readonly [number, number, number];

/** Empty pixels around the model: a window of the comparison. */
const MARGIN = 8;
const BACKGROUND = 56;
/** Light from everywhere, more of it from above, and of a sun: linear, together below 1. */
const [AROUND, ABOVE, SUN] = [0.4, 0.11, 0.24];
const SUN_DIRECTION = unit([0.4, 0.8, 0.45]);

/** Draws models from one direction, all at the same place of the picture. */
export class LevelCamera {
  readonly #right: Vec3;
  readonly #up: Vec3;
  readonly #towards: Vec3;
  readonly #pixel: number;
  readonly #left: number;
  readonly #bottom: number;
  readonly #width: number;
  readonly #height: number;

  /** @param towards - from the model to the viewer. @param pixel - side of a pixel. @param box - min and max of what is drawn. */
  constructor(towards: Vec3, pixel: number, [min, max]: readonly [Vec3, Vec3]) {
    this.#towards = unit(towards);
    this.#right = unit(cross(Math.abs(this.#towards[1]) > 0.99 ? [0, 0, 1] : [0, 1, 0], this.#towards));
    this.#up = cross(this.#towards, this.#right);
    this.#pixel = pixel;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let c = 0; c < 8; c++) {
      const corner = [c & 1 ? max[0] : min[0], c & 2 ? max[1] : min[1], c & 4 ? max[2] : min[2]] as const;
      const [x, y] = [dot(corner, this.#right), dot(corner, this.#up)];
      [left, right, bottom, top] = [Math.min(left, x), Math.max(right, x), Math.min(bottom, y), Math.max(top, y)];
    }
    [this.#left, this.#bottom] = [left - MARGIN * pixel, bottom - MARGIN * pixel];
    this.#width = Math.ceil((right - left) / pixel) + 2 * MARGIN;
    this.#height = Math.ceil((top - bottom) / pixel) + 2 * MARGIN;
  }

  draw(
    { index, positions, values, stride }: SeenSurface,
    at: SeenNumbers,
    texture: ShrunkTexture | undefined,
    doubleSided: boolean,
  ): Picture {
    const [width, height] = [this.#width, this.#height];
    const rgb = new Float32Array(width * height * 3).fill(BACKGROUND);
    const depth = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
    const [x, y, z, light] = this.#project(positions, values, stride, at.normal);
    for (let t = 0; t < index.length; t += 3) {
      const [a, b, c] = [index[t], index[t + 1], index[t + 2]];
      const area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a]);
      if (area === 0 || (area < 0 && !doubleSided)) continue;
      const x0 = Math.max(0, Math.ceil(Math.min(x[a], x[b], x[c]) - 0.5));
      const x1 = Math.min(width - 1, Math.floor(Math.max(x[a], x[b], x[c]) - 0.5));
      const y0 = Math.max(0, Math.ceil(Math.min(y[a], y[b], y[c]) - 0.5));
      const y1 = Math.min(height - 1, Math.floor(Math.max(y[a], y[b], y[c]) - 0.5));
      for (let py = y0; py <= y1; py++)
        for (let px = x0; px <= x1; px++) {
          const [mx, my] = [px + 0.5, py + 0.5];
          const wa = ((x[b] - mx) * (y[c] - my) - (x[c] - mx) * (y[b] - my)) / area;
          const wb = ((x[c] - mx) * (y[a] - my) - (x[a] - mx) * (y[c] - my)) / area;
          const wc = 1 - wa - wb;
          if (wa < 0 || wb < 0 || wc < 0) continue;
          const pixel = py * width + px;
          const d = wa * z[a] + wb * z[b] + wc * z[c];
          if (d <= depth[pixel]) continue;
          depth[pixel] = d;
          const of = (k: number): number =>
            wa * values[a * stride + k] + wb * values[b * stride + k] + wc * values[c * stride + k];
          const texel = texture && at.uv >= 0 ? pixelAt(texture, of(at.uv), of(at.uv + 1)) : -1;
          // sRGB is close to the square root of light.
          const lit = wa * light[a] + wb * light[b] + wc * light[c];
          for (let k = 0; k < 3; k++)
            rgb[pixel * 3 + k] =
              (texel < 0 ? 255 : (texture?.rgb[texel + k] ?? 255)) * Math.sqrt(lit * (at.colour < 0 ? 1 : of(at.colour + k)));
        }
    }
    return { width, height, rgb, depth };
  }

  /** Returns for each vertex its pixel, its distance towards the viewer, and its light. */
  #project(positions: Float32Array, values: Float32Array, stride: number, normal: number): [Float32Array, ...Float32Array[]] {
    const count = positions.length / 3;
    const out = [0, 1, 2, 3].map(() => new Float32Array(count)) as [Float32Array, ...Float32Array[]];
    for (let v = 0; v < count; v++) {
      const p = [positions[v * 3], positions[v * 3 + 1], positions[v * 3 + 2]] as const;
      out[0][v] = (dot(p, this.#right) - this.#left) / this.#pixel;
      out[1][v] = (dot(p, this.#up) - this.#bottom) / this.#pixel;
      out[2][v] = dot(p, this.#towards);
      out[3][v] = AROUND + ABOVE + SUN;
      if (normal < 0) continue;
      const at = v * stride + normal;
      const n = unit([values[at], values[at + 1], values[at + 2]]);
      out[3][v] = AROUND + ABOVE * n[1] + SUN * Math.max(0, dot(n, SUN_DIRECTION));
    }
    return out;
  }
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: Vec3): Vec3 {
  const length = Math.sqrt(dot(a, a)) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}
