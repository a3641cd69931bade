/** Paints wood. */

import { fractal, gradientNoise, hash01 } from './noise.ts';
import { blend, Picture, type Rgb, rgb, shade, smoothstep } from './painted-picture.ts';

interface Tones {
  readonly dark: Rgb;
  readonly mid: Rgb;
  readonly light: Rgb;
}

export const walnut: Tones = { dark: rgb(0x4a2b1a), mid: rgb(0x7d4f31), light: rgb(0xa87349) };
export const oak: Tones = { dark: rgb(0x8a5f36), mid: rgb(0xb98a55), light: rgb(0xd8b07a) };
export const mahogany: Tones = { dark: rgb(0x4b1b12), mid: rgb(0x7d3320), light: rgb(0xa9573a) };

/**
 * Returns the colour of a board at (u, v) of the tile, with grain along u. Call it once a texture, because seeding the noises is
 * slow.
 */
function grain(seed: number): (u: number, v: number, tones: Tones) => Rgb {
  const wave = fractal(seed, 1, 4, 3);
  const fibre = gradientNoise(seed + 5, 8, 128);
  const fine = gradientNoise(seed + 6, 24, 256);
  const tint = fractal(seed + 7, 2, 6, 3);
  return (u, v, tones) => {
    const rings = 0.5 + 0.5 * Math.sin((v * 7 + wave(u, v) * 2.6) * Math.PI * 2);
    const pores = Math.max(0, fine(u, v)) ** 2;
    const t = 0.42 + 0.3 * (rings - 0.5) + 0.24 * fibre(u, v) + 0.35 * tint(u, v) - 0.35 * pores;
    return t < 0.5 ? blend(tones.dark, tones.mid, Math.max(0, t * 2)) : blend(tones.mid, tones.light, Math.min(1, t * 2 - 1));
  };
}

export function plainWood(seed: number, tones: Tones, size = 512): Picture {
  const at = grain(seed);
  return new Picture(size, size).fill((u, v) => at(u, v, tones));
}

/** Paints `rows` boards along u with dark joints, each with its own tint. */
export function boards(seed: number, tones: Tones, rows: number, size = 512): Picture {
  const at = grain(seed);
  return new Picture(size, size).fill((u, v) => {
    const row = Math.floor(v * rows);
    const shift = hash01(row, 1, seed);
    const along = (u + shift) % 1;
    const within = v * rows - row;
    const joint = Math.min(smoothstep(0, 0.035, within), smoothstep(1, 0.965, within), smoothstep(0, 0.004, along));
    const color = shade(at(u + shift * 3, v * 0.7 + shift * 5, tones), 0.86 + 0.26 * hash01(row, 7, seed));
    return shade(color, 0.38 + 0.62 * joint);
  });
}

/** Paints herringbone parquet: blocks of 1 x 4 that wrap on a lattice of 8 x 8 block widths. */
export function herringbone(seed: number, tones: Tones, size = 1024, cells = 16): Picture {
  const at = grain(seed);
  return new Picture(size, size).fill((u, v) => {
    const x = u * cells;
    const y = v * cells;
    const [cx, cy] = [Math.floor(x), Math.floor(y)];
    // Along a diagonal the pattern repeats: four cells of a horizontal block, four of a vertical one.
    const phase = (((cx - cy) % 8) + 8) % 8;
    const lying = phase < 4;
    const startX = lying ? cx - phase : cx;
    const startY = lying ? cy : cy - (7 - phase);
    const along = lying ? (x - startX) / 4 : (y - startY) / 4;
    const across = lying ? y - cy : x - cx;
    const id = hash01((startX + 64) % cells, (startY + 64) % cells, seed + (lying ? 0 : 9));
    const edge = Math.min(across, 1 - across, along * 4, (1 - along) * 4);
    const color = shade(at(along * 0.25 + id * 7, across * 0.06 + id * 13, tones), 0.8 + 0.36 * id);
    return shade(
      blend(color, [color[0] * 1.05, color[1] * 0.97, color[2] * 0.9], id),
      0.42 + 0.58 * smoothstep(0.0, 0.055, edge),
    );
  });
}
