/** Paints plaster, bricks, metal, lacquer and mirrors. */

import { cellular, fractal, gradientNoise, hash01 } from './noise.ts';
import { blend, Picture, type Rgb, rgb, shade, smoothstep } from './painted-picture.ts';

export function plaster(seed: number, color: Rgb, size = 512): Picture {
  const broad = fractal(seed, 4, 4, 5);
  const strokes = gradientNoise(seed + 4, 14, 60);
  const grit = gradientNoise(seed + 5, 180, 180);
  return new Picture(size, size).fill((u, v) =>
    shade(color, 1 + 0.1 * broad(u, v) + 0.035 * strokes(u + broad(v, u) * 0.05, v) + 0.03 * grit(u, v)),
  );
}

/** Paints a running bond of `columns` x `rows` bricks. The tile wraps only if rows is even. */
export function bricks(seed: number, tones: readonly Rgb[], mortar: Rgb, columns = 5, rows = 14, size = 1024): Picture {
  const rough = fractal(seed, 16, 16, 4);
  const chips = fractal(seed + 1, 40, 40, 3);
  return new Picture(size, size).fill((u, v) => {
    const row = Math.floor(v * rows);
    const x = u * columns + (row % 2) * 0.5;
    const column = Math.floor(x) % columns;
    const [fx, fy] = [x % 1, (v * rows) % 1];
    const ragged = 0.02 * chips(u, v);
    const edge = Math.min(Math.min(fx, 1 - fx) * (rows / columns) * 1.05, Math.min(fy, 1 - fy)) + ragged;
    const inside = smoothstep(0.045, 0.11, edge);
    const tone = tones[Math.floor(hash01(column, row, seed) * tones.length)];
    const brick = shade(tone, 0.85 + 0.25 * hash01(row, column, seed + 1) + 0.3 * rough(u, v));
    const lit = 1 + 0.12 * (smoothstep(0.2, 0.08, fy) - smoothstep(0.8, 0.95, fy));
    return blend(shade(mortar, 0.85 + 0.3 * rough(u, v)), shade(brick, lit), inside);
  });
}

export function marble(seed: number, base: Rgb, vein: Rgb, size = 1024): Picture {
  const flow = fractal(seed, 2, 2, 5);
  const flow2 = fractal(seed + 9, 3, 3, 5);
  const cloud = fractal(seed + 20, 3, 3, 4);
  return new Picture(size, size).fill((u, v) => {
    const broad = 1 - Math.abs(flow(u, v)) * 5;
    const thin = 1 - Math.abs(flow2(u, v)) * 12;
    const k = Math.max(0, broad) ** 3 * 0.5 + Math.max(0, thin) ** 3 * 0.55;
    return shade(blend(base, vein, Math.min(0.95, k)), 1 + 0.1 * cloud(u, v));
  });
}

/** Paints brushed metal: streaks along u and a broad painted reflection. */
export function brushed(seed: number, color: Rgb, size = 256): Picture {
  const streak = gradientNoise(seed, 3, 128);
  const sheen = gradientNoise(seed + 2, 2, 5);
  return new Picture(size, size).fill((u, v) => {
    const k = 0.9 + 0.12 * streak(u, v) + 0.4 * sheen(u, v);
    return k > 1 ? blend(color, [255, 246, 220], Math.min(0.8, (k - 1) * 1.6)) : shade(color, k);
  });
}

/** Paints black lacquer: nearly black, with soft reflections like windows. */
export function lacquer(seed: number, color: Rgb, glint: Rgb, size = 512): Picture {
  const soft = fractal(seed, 2, 2, 3);
  return new Picture(size, size).fill((u, v) => {
    const band = smoothstep(0.62, 0.4, Math.abs((((u + v * 0.4) * 2) % 1) - 0.5) * 2) * 0.3;
    return blend(color, glint, Math.max(0, Math.min(0.5, band * (0.5 + soft(u, v)) + 0.14 * soft(v, u))));
  });
}

export function terrazzo(seed: number, base: Rgb, chips: readonly Rgb[], size = 512): Picture {
  const cells = cellular(seed, 26);
  return new Picture(size, size).fill((u, v) => {
    const [first, second, id] = cells(u, v);
    const inside = smoothstep(0.1, 0.16, second - first) * smoothstep(0.62, 0.55, first) * (id > 0.35 ? 1 : 0);
    return blend(base, chips[Math.floor(id * 97) % chips.length], inside);
  });
}

export function soil(seed: number, size = 128): Picture {
  const lumps = cellular(seed, 14);
  return new Picture(size, size).fill((u, v) => shade(rgb(0x3b2a1d), 0.6 + 0.7 * lumps(u, v)[0]));
}

/** Paints a wall of small mirrors, each with its own direction. */
export function mirrorTiles(seed: number, size = 256, count = 24): Picture {
  return new Picture(size, size).fill((u, v) => {
    const [cx, cy] = [Math.floor(u * count), Math.floor(v * count)];
    const k = hash01(cx, cy, seed);
    const hue = hash01(cy, cx, seed + 3);
    const edge = Math.min((u * count) % 1, (v * count) % 1) < 0.09 ? 0.35 : 1;
    const color: Rgb = hue < 0.2 ? [255, 170, 90] : hue < 0.3 ? [200, 110, 150] : hue < 0.4 ? [110, 150, 190] : [205, 200, 198];
    return shade(color, (0.12 + 1.0 * k ** 2.2) * edge);
  });
}
