/** Draws a level of detail on the processor: small pictures from some directions, which tell how it looks. */
import { pixelAt, type ShrunkTexture } from '../../../picture/texture-colours.ts';

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

  draw(surface: SeenSurface, at: SeenNumbers, texture: ShrunkTexture | undefined, doubleSided: boolean): Picture {
    const picture = {
      width: this.#width,
      height: this.#height,
      rgb: new Float32Array(this.#width * this.#height * 3).fill(BACKGROUND),
      depth: new Float32Array(this.#width * this.#height).fill(Number.NEGATIVE_INFINITY),
    };
    this.#project(surface, at.normal);
    coverPixels(surface.index, picture, doubleSided);
    shadePixels(surface, at, texture, picture);
    return picture;
  }

  /** Stores for each vertex its pixel, its distance towards the viewer, and its light. */
  #project({ positions, values, stride }: SeenSurface, normal: number): void {
    if (projected.length < (positions.length / 3) * 4) projected = new Float32Array((positions.length / 3) * 4);
    const [rx, ry, rz] = this.#right;
    const [ux, uy, uz] = this.#up;
    const [tx, ty, tz] = this.#towards;
    const [sx, sy, sz] = SUN_DIRECTION;
    const share = 1 / this.#pixel;
    for (let p = 0, out = 0, row = normal; p < positions.length; p += 3, out += 4, row += stride) {
      const x = positions[p];
      const y = positions[p + 1];
      const z = positions[p + 2];
      projected[out] = (x * rx + y * ry + z * rz - this.#left) * share;
      projected[out + 1] = (x * ux + y * uy + z * uz - this.#bottom) * share;
      projected[out + 2] = x * tx + y * ty + z * tz;
      projected[out + 3] = AROUND + ABOVE + SUN;
      if (normal < 0) continue;
      const nx = values[row];
      const ny = values[row + 1];
      const nz = values[row + 2];
      const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
      projected[out + 3] = AROUND + (ABOVE * ny + SUN * Math.max(0, nx * sx + ny * sy + nz * sz)) / length;
    }
  }
}

/** Four numbers of each vertex of the surface that is being drawn (`#project`). It grows as needed. */
let projected = new Float32Array(0);
/** Of each pixel that is being drawn: the triangle that is visible there, and the shares of its first two corners. */
let visible = new Int32Array(0);
let shares = new Float32Array(0);

/** Finds out which triangle is visible in each pixel. */
function coverPixels(index: ArrayLike<number>, { width, height, depth }: Picture, doubleSided: boolean): void {
  if (visible.length < depth.length) [visible, shares] = [new Int32Array(depth.length), new Float32Array(depth.length * 2)];
  for (let t = 0; t < index.length; t += 3) {
    const a = index[t] * 4;
    const b = index[t + 1] * 4;
    const c = index[t + 2] * 4;
    const xa = projected[a];
    const ya = projected[a + 1];
    const xb = projected[b];
    const yb = projected[b + 1];
    const xc = projected[c];
    const yc = projected[c + 1];
    const area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya);
    if (area === 0 || (area < 0 && !doubleSided)) continue;
    const x0 = Math.max(0, Math.ceil(Math.min(xa, xb, xc) - 0.5));
    const x1 = Math.min(width - 1, Math.floor(Math.max(xa, xb, xc) - 0.5));
    const y0 = Math.max(0, Math.ceil(Math.min(ya, yb, yc) - 0.5));
    const y1 = Math.min(height - 1, Math.floor(Math.max(ya, yb, yc) - 0.5));
    for (let y = y0; y <= y1; y++) {
      const my = y + 0.5;
      for (let x = x0, pixel = y * width + x0; x <= x1; x++, pixel++) {
        const mx = x + 0.5;
        const wa = ((xb - mx) * (yc - my) - (xc - mx) * (yb - my)) / area;
        const wb = ((xc - mx) * (ya - my) - (xa - mx) * (yc - my)) / area;
        const wc = 1 - wa - wb;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const d = wa * projected[a + 2] + wb * projected[b + 2] + wc * projected[c + 2];
        if (d <= depth[pixel]) continue;
        depth[pixel] = d;
        visible[pixel] = t;
        shares[pixel * 2] = wa;
        shares[pixel * 2 + 1] = wb;
      }
    }
  }
}

/** Colours each pixel that a triangle covers. */
function shadePixels(
  { index, values, stride }: SeenSurface,
  { uv, colour }: SeenNumbers,
  texture: ShrunkTexture | undefined,
  { rgb, depth }: Picture,
): void {
  for (let pixel = 0; pixel < depth.length; pixel++) {
    if (depth[pixel] === Number.NEGATIVE_INFINITY) continue;
    const t = visible[pixel];
    const a = index[t];
    const b = index[t + 1];
    const c = index[t + 2];
    const wa = shares[pixel * 2];
    const wb = shares[pixel * 2 + 1];
    const wc = 1 - wa - wb;
    const ra = a * stride;
    const rb = b * stride;
    const rc = c * stride;
    const lit = wa * projected[a * 4 + 3] + wb * projected[b * 4 + 3] + wc * projected[c * 4 + 3];
    let texel = -1;
    if (texture && uv >= 0)
      texel = pixelAt(
        texture,
        wa * values[ra + uv] + wb * values[rb + uv] + wc * values[rc + uv],
        wa * values[ra + uv + 1] + wb * values[rb + uv + 1] + wc * values[rc + uv + 1],
      );
    for (let k = 0; k < 3; k++) {
      const base = texture && texel >= 0 ? texture.rgb[texel + k] : 255;
      const at = colour + k;
      const own = colour < 0 ? 1 : wa * values[ra + at] + wb * values[rb + at] + wc * values[rc + at];
      // sRGB is close to the square root of light. A vertex that moved may have a colour below 0.
      rgb[pixel * 3 + k] = base * Math.sqrt(lit * Math.max(0, own));
    }
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
