/** A transform of UVs: u' = a u + c v + x, v' = b u + d v + y. It is a 2D matrix `[a, b, c, d, x, y]`, column by column. */
export type UvTransform = readonly [number, number, number, number, number, number];

export const UNMOVED: UvTransform = [1, 0, 0, 1, 0, 0];

/** Builds a KHR_texture_transform: scale, then rotate, then move. Signs match Khronos' sample renderer and three.js. */
export function textureTransform(offset: readonly number[], rotation: number, scale: readonly number[]): UvTransform {
  const [c, s] = [Math.cos(rotation), Math.sin(rotation)];
  return [c * scale[0], -s * scale[0], s * scale[1], c * scale[1], offset[0], offset[1]];
}

/** Transforms UVs. Returns the same array where nothing changes. */
export function transformUvs(uvs: Float32Array, [a, b, c, d, x, y]: UvTransform): Float32Array {
  if (a === 1 && b === 0 && c === 0 && d === 1 && x === 0 && y === 0) return uvs;
  const out = new Float32Array(uvs.length);
  for (let i = 0; i < uvs.length; i += 2) {
    out[i] = a * uvs[i] + c * uvs[i + 1] + x;
    out[i + 1] = b * uvs[i] + d * uvs[i + 1] + y;
  }
  return out;
}

/** Returns the transform from the space of `from` to the space of `to`; undefined where `from` is singular. */
export function between(from: UvTransform, to: UvTransform): UvTransform | undefined {
  const [a, b, c, d, x, y] = from;
  const det = a * d - b * c;
  if (Math.abs(det) < 1e-9) return undefined;
  const i: UvTransform = [d / det, -b / det, -c / det, a / det, (c * y - d * x) / det, (b * x - a * y) / det];
  return [
    to[0] * i[0] + to[2] * i[1],
    to[1] * i[0] + to[3] * i[1],
    to[0] * i[2] + to[2] * i[3],
    to[1] * i[2] + to[3] * i[3],
    to[0] * i[4] + to[2] * i[5] + to[4],
    to[1] * i[4] + to[3] * i[5] + to[5],
  ];
}

/** Whether a pattern that repeats from 0 to 1 still does so after the transform: its linear part is whole numbers. */
export const keepsTiles = (t: UvTransform): boolean => t.slice(0, 4).every(x => Math.abs(x - Math.round(x)) < 1e-4);

export const isUnmoved = (t: UvTransform): boolean => t.every((x, i) => Math.abs(x - UNMOVED[i]) < 1e-6);
