/** Paints the pictures on the lounge's walls. */

import { type Random, seededRandom } from '../../core/random.ts';
import { fractal, gradientNoise } from './noise.ts';
import { blend, Picture, type Rgb, ramp, rgb, shade, smoothstep } from './painted-picture.ts';

/** Adds canvas grain and brush marks to a finished picture. */
function varnished(p: Picture, seed: number): Picture {
  const brush = fractal(seed, 30, 12, 3);
  const cloth = gradientNoise(seed + 1, 128, 128);
  return new Picture(p.width, p.height).fill((u, v, x, y) => shade(p.get(x, y), 0.98 + 0.1 * brush(u, v) + 0.06 * cloth(u, v)));
}

/** Paints layers of hills under a low sun. */
export function hills(seed: number, sky: readonly Rgb[], near: Rgb, far: Rgb, width = 512, height = 512): Picture {
  const clouds = fractal(seed, 2, 6, 5);
  const p = new Picture(width, height).fill((u, v) => {
    const base = ramp(
      sky.map((c, i) => [i / (sky.length - 1), c] as const),
      Math.min(1, v * 1.5),
    );
    return blend(base, rgb(0xfff0d2), Math.max(0, clouds(u, v)) * 0.5);
  });
  p.disc(width * 0.64, height * 0.42, width * 0.2, rgb(0xffdf9e), { soft: width * 0.25, opacity: 0.6 });
  p.disc(width * 0.64, height * 0.42, width * 0.065, rgb(0xfff4d0), { soft: 3 });
  for (let layer = 0; layer < 6; layer++) {
    const t = layer / 5;
    const ridge = fractal(seed + 10 + layer, 2 + layer, 1, 4);
    const top = (u: number) => height * (0.46 + 0.1 * layer + ridge(u * 0.8, 0.3) * (0.17 - 0.015 * layer));
    p.shape(
      [0, 0, width, height],
      (x, y) => top(x / width) - y,
      (x, y) => shade(blend(far, near, t), 1 + 0.2 * ridge(x / 64, y / 64)),
      { soft: 2 },
    );
  }
  return varnished(p, seed);
}

/** Paints overlapping shapes on a warm ground. */
export function shapes(seed: number, ground: Rgb, palette: readonly Rgb[], width = 512, height = 512): Picture {
  const random = seededRandom(seed);
  const p = new Picture(width, height).fill(() => ground);
  const pick = () => palette[Math.floor(random() * palette.length)];
  for (let i = 0; i < 7; i++) arch(p, random, pick());
  for (let i = 0; i < 6; i++) {
    const r = width * (0.05 + random() * 0.13);
    const [x, y] = [random() * width, random() * height];
    p.disc(x, y, r, pick(), { opacity: 0.92, soft: 1.5 });
    if (random() > 0.5) p.disc(x, y, r * 0.55, pick(), { soft: 1.5 });
  }
  for (let i = 0; i < 7; i++)
    p.line(random() * width, random() * height, random() * width, random() * height, 2 + random() * 7, rgb(0x2a2224), {
      soft: 1.5,
    });
  return varnished(p, seed);
}

function arch(p: Picture, random: Random, color: Rgb): void {
  const w = p.width * (0.16 + random() * 0.25);
  const h = p.height * (0.2 + random() * 0.4);
  p.rect(random() * (p.width - w), random() * (p.height - h), w, h, color, {
    radius: random() > 0.4 ? w / 2 : 0,
    opacity: 0.94,
    soft: 1.5,
  });
}

/** Paints fields of color with soft edges. */
export function fields(seed: number, ground: Rgb, bands: readonly Rgb[], width = 512, height = 512): Picture {
  const haze = fractal(seed, 4, 4, 5);
  const p = new Picture(width, height).fill(() => ground);
  bands.forEach((color, i) => {
    const h = (height * 0.86) / bands.length;
    p.rect(width * 0.08, height * 0.07 + i * h + 4, width * 0.84, h - 14, color, { radius: 12, soft: 26, opacity: 0.95 });
  });
  return varnished(
    new Picture(width, height).fill((u, v, x, y) => shade(p.get(x, y), 1 + 0.22 * haze(u, v))),
    seed + 3,
  );
}

/** Paints a stem with leaves, like a plate from an old herbal. */
export function herbal(seed: number, paper: Rgb, leaf: Rgb, flower: Rgb, width = 512, height = 512): Picture {
  const random = seededRandom(seed);
  const stain = fractal(seed, 3, 3, 4);
  const p = new Picture(width, height).fill((u, v) =>
    shade(paper, 1 + 0.08 * stain(u, v) - 0.15 * smoothstep(0.4, 0.75, Math.hypot(u - 0.5, v - 0.5))),
  );
  const stem = (t: number): [number, number] => [width * (0.5 + 0.07 * Math.sin(t * 4 + seed)), height * (0.92 - 0.74 * t)];
  p.stroke(
    Array.from({ length: 30 }, (_, i) => stem(i / 29)),
    width * 0.011,
    shade(leaf, 0.7),
  );
  for (let i = 0; i < 12; i++) {
    const t = 0.08 + i * 0.07;
    const [x, y] = stem(t);
    const side = i % 2 ? 1 : -1;
    const a = -Math.PI / 2 + side * (0.9 + random() * 0.4);
    const length = width * (0.24 - 0.14 * t);
    blade(p, x, y, a, length, length * 0.17, shade(leaf, 0.85 + random() * 0.35));
  }
  const [fx, fy] = stem(1);
  for (let i = 0; i < 9; i++) {
    const a = (i * Math.PI * 2) / 9;
    blade(p, fx, fy, a, width * 0.13, width * 0.032, shade(flower, 0.85 + 0.25 * random()));
  }
  p.disc(fx, fy, width * 0.035, rgb(0xd9a441), { soft: 2 });
  return varnished(p, seed);
}

function blade(p: Picture, x: number, y: number, angle: number, length: number, half: number, color: Rgb): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  p.shape(
    [x - length, y - length, x + length, y + length],
    (px, py) => {
      const along = ((px - x) * c + (py - y) * s) / length;
      const across = Math.abs(-(px - x) * s + (py - y) * c);
      if (along < 0 || along > 1) return 9;
      return across - half * Math.sin(Math.PI * along ** 0.8);
    },
    (px, py) => (Math.abs(-(px - x) * s + (py - y) * c) < 1 ? shade(color, 0.7) : color),
    { soft: 1.5 },
  );
}

/** Paints a boat on still water at night, with the moon's reflection. */
export function moonSea(seed: number, width = 512, height = 512): Picture {
  const ripple = fractal(seed, 6, 40, 3);
  const cloud = fractal(seed + 1, 3, 6, 4);
  const p = new Picture(width, height).fill((u, v) => {
    if (v < 0.55)
      return blend(
        ramp(
          [
            [0, rgb(0x0f2238)],
            [0.55, rgb(0x4c6a7a)],
          ],
          v,
        ),
        rgb(0xc8b791),
        Math.max(0, cloud(u, v)) * 0.45,
      );
    const road = Math.exp(-(((u - 0.62) / (0.035 + (v - 0.55) * 0.22)) ** 2));
    return blend(
      ramp(
        [
          [0.55, rgb(0x5d7a83)],
          [1, rgb(0x10283a)],
        ],
        v,
      ),
      rgb(0xffe9b8),
      Math.max(0, Math.min(1, road * (0.6 + 1.6 * ripple(u, v)))),
    );
  });
  p.disc(width * 0.62, height * 0.24, width * 0.17, rgb(0xfff0c8), { soft: width * 0.22, opacity: 0.4 });
  p.disc(width * 0.62, height * 0.24, width * 0.06, rgb(0xfff6da), { soft: 2 });
  p.shape(
    [width * 0.24, height * 0.3, width * 0.42, height * 0.64],
    (x, y) => Math.max(y - height * 0.6, height * 0.35 - y, Math.abs(x - width * 0.33) - (y - height * 0.35) * 0.26),
    rgb(0xd8b98c),
    { soft: 2 },
  );
  p.rect(width * 0.25, height * 0.6, width * 0.17, height * 0.03, rgb(0x2a1c18), { radius: 6 });
  return varnished(p, seed);
}
