/** Paints the city outside the windows. */

import { seededRandom } from '../../core/random.ts';
import { fractal, hash01 } from './noise.ts';
import { blend, Picture, type Rgb, ramp, rgb, shade, smoothstep } from './painted-picture.ts';

const dusk: readonly (readonly [number, Rgb])[] = [
  [0, rgb(0x2b3560)],
  [0.22, rgb(0x5b4f86)],
  [0.42, rgb(0xb8687f)],
  [0.58, rgb(0xf0935f)],
  [0.7, rgb(0xffc276)],
  [1, rgb(0xffe0a0)],
];

/** Paints the view outside the windows: a skyline at dusk over a river, with lit windows. */
export function skyline(seed: number, width = 2048, height = 512): Picture {
  const clouds = fractal(seed, 3, 10, 5);
  const p = new Picture(width, height).fill((u, v) => {
    const sun = Math.exp(-(((u - 0.56) / 0.16) ** 2) - ((v - 0.62) / 0.28) ** 2);
    const sky = blend(ramp(dusk, v * 1.25), rgb(0xffe9b0), sun * 0.85);
    const cloud = smoothstep(0.05, 0.42, clouds(u, v * 1.4));
    return blend(sky, blend(rgb(0xff9d72), rgb(0x6d4a78), smoothstep(0.5, 0.1, v)), cloud * 0.62);
  });
  p.disc(width * 0.56, height * 0.62, height * 0.1, rgb(0xfff4cf), { soft: height * 0.12 });
  const layers: readonly (readonly [number, Rgb, number, number])[] = [
    [0.72, rgb(0xc98078), 54, 0.12],
    [0.77, rgb(0x885a72), 46, 0.17],
    [0.82, rgb(0x463a5c), 40, 0.2],
  ];
  for (const [layer, [base, tone, count, tall]] of layers.entries())
    towers(p, seed + layer, base * height, tone, count, tall * height, layer);
  return water(p, seed, Math.round(height * 0.84));
}

function towers(p: Picture, seed: number, base: number, tone: Rgb, count: number, tall: number, layer: number): void {
  const random = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    const w = (p.width / count) * (0.55 + random() * 0.8);
    const x = (i + random() * 0.6) * (p.width / count);
    const h = tall * (0.22 + random() ** 2 * 0.95);
    const color = shade(tone, 0.88 + random() * 0.24);
    p.rect(x, base - h, w, p.height, color);
    const crown = random();
    if (crown > 0.72) p.line(x + w / 2, base - h - tall * 0.22, x + w / 2, base - h, 2, color);
    else if (crown > 0.45) p.rect(x + w * 0.2, base - h - tall * 0.07, w * 0.6, tall * 0.1, color);
    if (layer === 0) continue;
    const [dx, dy] = layer === 1 ? [4, 6] : [6, 8];
    for (let wx = x + 3; wx < x + w - dx * 0.6; wx += dx) {
      for (let wy = base - h + 4; wy < p.height * 0.84; wy += dy) {
        const lit = hash01(Math.round(wx), Math.round(wy), seed);
        if (lit > (layer === 1 ? 0.66 : 0.52))
          p.rect(wx, wy, dx * 0.42, dy * 0.42, lit > 0.9 ? rgb(0xfff0c0) : rgb(0xffb765), { opacity: 0.4 + lit * 0.6 });
      }
    }
  }
}

/** Fills the area below `line` with a mirrored, rippled and darker copy of the picture above. */
function water(p: Picture, seed: number, line: number): Picture {
  const ripple = fractal(seed + 5, 12, 90, 3);
  for (let y = line; y < p.height; y++) {
    for (let x = 0; x < p.width; x++) {
      const r = ripple(x / p.width, y / p.height);
      const from = Math.max(0, Math.min(line - 1, Math.round(2 * line - y * 1.0 - (y - line) * 1.4 + r * 26)));
      p.set(
        x,
        y,
        blend(shade(p.get(Math.max(0, Math.min(p.width - 1, Math.round(x + r * 9))), from), 0.72), rgb(0x33365a), 0.22),
      );
    }
  }
  return p;
}
