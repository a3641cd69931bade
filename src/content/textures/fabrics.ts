/** Paints fabrics, leather, wallpaper and fur. */

import { cellular, fractal, gradientNoise, hash01 } from './noise.ts';
import { blend, Picture, type Rgb, rgb, shade, smoothstep } from './painted-picture.ts';

/** Paints velvet: soft clouds from the direction of the pile, and a fine nap. */
export function velvet(seed: number, color: Rgb, size = 512): Picture {
  const cloud = fractal(seed, 3, 3, 4);
  const nap = gradientNoise(seed + 3, 160, 160);
  return new Picture(size, size).fill((u, v) => shade(color, 0.93 + 0.2 * cloud(u, v) + 0.09 * nap(u, v)));
}

/** Paints linen: a plain weave of uneven threads. */
export function linen(seed: number, color: Rgb, size = 512, threads = 96, contrast = 1): Picture {
  const slub = gradientNoise(seed, 12, threads);
  const slub2 = gradientNoise(seed + 1, threads, 12);
  const cloud = fractal(seed + 2, 4, 4, 3);
  return new Picture(size, size).fill((u, v) => {
    const [x, y] = [u * threads, v * threads];
    const over = (Math.floor(x) + Math.floor(y)) % 2 === 0;
    const round = over ? Math.sin((y % 1) * Math.PI) : Math.sin((x % 1) * Math.PI);
    const thread = over ? slub(u, v) : slub2(u, v);
    return shade(color, 1 + contrast * (-0.16 + 0.2 * round + 0.14 * thread + 0.08 * cloud(u, v)));
  });
}

/** Paints knitted wool: columns of V stitches. */
export function knit(seed: number, color: Rgb, second: Rgb, size = 512, columns = 24): Picture {
  const fuzz = gradientNoise(seed, 200, 200);
  const rows = columns * 1.25;
  return new Picture(size, size).fill((u, v) => {
    const x = (u * columns) % 1;
    const lean = Math.abs(x - 0.5) * 1.1;
    const y = (v * rows + lean) % 1;
    const row = Math.floor(v * rows + lean);
    const stitch = Math.sin(y * Math.PI) * Math.sin((Math.abs(x - 0.5) * 2 * 0.8 + 0.1) * Math.PI);
    const base = Math.floor(row / 5) % 3 === 0 ? second : color;
    return shade(base, 0.55 + 0.55 * Math.max(0, stitch) + 0.1 * fuzz(u, v));
  });
}

export function plaid(
  seed: number,
  base: Rgb,
  bands: readonly { readonly at: number; readonly width: number; readonly color: Rgb }[],
  size = 512,
): Picture {
  const weave = linen(seed, [200, 200, 200], size, 128, 0.7);
  const axis = (t: number): [Rgb, number] => {
    for (const band of bands) if (Math.abs(((t * 2) % 1) - band.at) < band.width / 2) return [band.color, 1];
    return [base, 0];
  };
  return new Picture(size, size).fill((u, v, x, y) => {
    const [a] = axis(u);
    const [b] = axis(v);
    const twill = (x + y) % 4 < 2 ? 0.62 : 0.38;
    return shade(blend(a, b, twill), weave.get(x, y)[0] / 200);
  });
}

/** Paints leather: cells of grain, wrinkles and a worn shine. */
export function leather(seed: number, color: Rgb, size = 512): Picture {
  const cells = cellular(seed, 56);
  const wear = fractal(seed + 1, 3, 3, 4);
  const wrinkle = fractal(seed + 2, 6, 6, 3);
  return new Picture(size, size).fill((u, v) => {
    const [first, second] = cells(u, v);
    const crack = smoothstep(0.0, 0.22, second - first);
    const fold = 1 - 0.28 * smoothstep(0.09, 0, Math.abs(wrinkle(u, v)));
    const worn = wear(u, v);
    return shade(
      blend(color, [color[0] + 55, color[1] + 45, color[2] + 32], Math.max(0, worn) * 0.9),
      (0.74 + 0.26 * crack) * fold * (1 + 0.14 * worn),
    );
  });
}

/** Paints a damask wallpaper: fans in two tones, with a thin metallic line. */
export function fanPaper(seed: number, ground: Rgb, tone: Rgb, line: Rgb, size = 1024, across = 4): Picture {
  const paper = fractal(seed, 24, 24, 4);
  return new Picture(size, size).fill((u, v) => {
    // Scales: discs in rows, each row offset by half a step. The lower row covers the upper.
    const x = u * across;
    const y = v * across * 2;
    let best = 0;
    let row = Math.floor(y);
    for (let k = 0; k <= 2; k++) {
      const r = Math.floor(y) + 1 - k;
      const offset = (((r % 2) + 2) % 2) * 0.5;
      const cx = Math.round(x - offset) + offset;
      const d = Math.hypot(x - cx, (y - r) / 2);
      if (d < 0.5 && y <= r + 0.001) {
        best = d * 2;
        row = r;
        break;
      }
    }
    const rings = [0.96, 0.72, 0.46].reduce((sum, at) => sum + smoothstep(0.028, 0.012, Math.abs(best - at)), 0);
    const rays = best > 0.02 && best < 0.46 ? 0.25 : 0;
    const body = blend(ground, tone, (1 - best) * 0.5 + rays + 0.04 * (row % 2));
    return shade(blend(body, line, Math.min(1, rings) * 0.55), 1 + 0.07 * paper(u, v));
  });
}

/** Paints fur and shag: short strokes, each with its own tint. */
export function shag(seed: number, color: Rgb, size = 512): Picture {
  const cloud = fractal(seed, 4, 4, 3);
  const strands = gradientNoise(seed + 1, 128, 40);
  const strands2 = gradientNoise(seed + 2, 40, 128);
  return new Picture(size, size).fill((u, v) => {
    const bend = cloud(u, v) * 0.03;
    const k = 0.92 + 0.22 * strands(u + bend, v) + 0.18 * strands2(u, v + bend) + 0.1 * cloud(v, u);
    return shade(color, k);
  });
}

/** Paints dots, stars or stripes on cloth, for clothes. */
export function printed(
  seed: number,
  base: Rgb,
  ink: Rgb,
  kind: 'dots' | 'stripes' | 'flowers',
  size = 512,
  count = 12,
): Picture {
  const weave = linen(seed, [200, 200, 200], size, 128, 0.5);
  const picture = new Picture(size, size).fill(() => base);
  const cell = size / count;
  for (let i = -1; i <= count; i++) {
    for (let k = -1; k <= count; k++) {
      const cx = (i + 0.5 + (k % 2 === 0 ? 0 : 0.5)) * cell;
      const cy = (k + 0.5) * cell;
      if (kind === 'dots') picture.disc(cx, cy, cell * 0.22, ink, { soft: 1.5 });
      if (kind === 'flowers') {
        const turn = hash01(i, k, seed) * 6;
        const tint = hash01(k, i, seed) > 0.5 ? ink : blend(ink, rgb(0xf2c14e), 0.8);
        for (let p = 0; p < 5; p++) {
          const a = turn + (p * Math.PI * 2) / 5;
          picture.ellipse(cx + Math.cos(a) * cell * 0.2, cy + Math.sin(a) * cell * 0.2, cell * 0.15, cell * 0.15, tint, {
            soft: 1.5,
          });
        }
        picture.disc(cx, cy, cell * 0.1, rgb(0xfff2cc), { soft: 1.5 });
      }
    }
    if (kind === 'stripes') picture.rect(0, (i + 0.3) * cell, size, cell * 0.4, ink);
  }
  return new Picture(size, size).fill((_u, _v, x, y) => shade(picture.get(x, y), weave.get(x, y)[0] / 200));
}
