/** Seeded noise functions that tile. */

import { seededRandom } from '../../core/random.ts';

/** A function of the plane with period 1 in both directions. Values are about -1..1, or 0..1 if documented. */
export type Noise = (u: number, v: number) => number;

const fade = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);

/** Returns Perlin's gradient noise (2002), on a lattice of `cellsU` x `cellsV` cells that wraps around. */
export function gradientNoise(seed: number, cellsU: number, cellsV = cellsU): Noise {
  const random = seededRandom(seed * 7919 + cellsU * 31 + cellsV);
  const angles = Float64Array.from({ length: cellsU * cellsV }, () => random() * Math.PI * 2);
  const gx = angles.map(Math.cos);
  const gy = angles.map(Math.sin);
  return (u, v) => {
    const x = (u - Math.floor(u)) * cellsU;
    const y = (v - Math.floor(v)) * cellsV;
    const x0 = Math.floor(x) % cellsU;
    const y0 = Math.floor(y) % cellsV;
    const x1 = (x0 + 1) % cellsU;
    const y1 = (y0 + 1) % cellsV;
    const fx = x - Math.floor(x);
    const fy = y - Math.floor(y);
    const at = (cx: number, cy: number, dx: number, dy: number) => gx[cy * cellsU + cx] * dx + gy[cy * cellsU + cx] * dy;
    const top = at(x0, y0, fx, fy) + (at(x1, y0, fx - 1, fy) - at(x0, y0, fx, fy)) * fade(fx);
    const bottom = at(x0, y1, fx, fy - 1) + (at(x1, y1, fx - 1, fy - 1) - at(x0, y1, fx, fy - 1)) * fade(fx);
    return (top + (bottom - top) * fade(fy)) * 1.4;
  };
}

/** Sums octaves of gradient noise, each twice as fine and half as strong. */
export function fractal(seed: number, cellsU: number, cellsV = cellsU, octaves = 4): Noise {
  const layers = Array.from({ length: octaves }, (_, i) => gradientNoise(seed + i * 101, cellsU << i, cellsV << i));
  return (u, v) => {
    let sum = 0;
    let weight = 0.5;
    for (const layer of layers) {
      sum += layer(u, v) * weight;
      weight *= 0.5;
    }
    return sum;
  };
}

/** Returns Worley's cells: [distance to the nearest point, to the second nearest, id of the nearest 0..1], distances in cells. */
export function cellular(seed: number, cells: number): (u: number, v: number) => [number, number, number] {
  const random = seededRandom(seed * 104729 + cells);
  const px = Float64Array.from({ length: cells * cells }, random);
  const py = Float64Array.from({ length: cells * cells }, random);
  const ids = Float64Array.from({ length: cells * cells }, random);
  return (u, v) => {
    const x = (u - Math.floor(u)) * cells;
    const y = (v - Math.floor(v)) * cells;
    let [first, second, id] = [9, 9, 0];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const cx = Math.floor(x) + dx;
        const cy = Math.floor(y) + dy;
        const i = ((cy + cells) % cells) * cells + ((cx + cells) % cells);
        const d = Math.hypot(cx + px[i] - x, cy + py[i] - y);
        if (d < first) {
          [second, first, id] = [first, d, ids[i]];
        } else if (d < second) second = d;
      }
    }
    return [first, second, id];
  };
}

/** Hashes the integers x, y to a number 0..1, for boards, bricks and tiles. */
export function hash01(x: number, y: number, seed = 0): number {
  let h = Math.imul(x | 0, 374761393) + Math.imul(y | 0, 668265263) + Math.imul(seed | 0, 2147483647);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}
