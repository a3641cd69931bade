/** Paints books, labels, keys and other detailed surfaces. */

import { seededRandom } from '../../core/random.ts';
import { fractal, gradientNoise, hash01 } from './noise.ts';
import { blend, Picture, type Rgb, ramp, rgb, shade, smoothstep } from './painted-picture.ts';

const spineColors = [
  0x7a2e22, 0x27453f, 0x2d3f5c, 0xa66a2c, 0x5a3a2a, 0x8c7b5a, 0x403046, 0xb8a27a, 0x934d34, 0x3c5a48, 0xc9b48a, 0x1f2a38,
].map(rgb);

/** Paints book spines side by side, one column each. Titles are gold bars. u 0..1 is one full shelf. */
export function spines(seed: number, width = 1024, height = 256, books = 24): Picture {
  const random = seededRandom(seed);
  const cloth = gradientNoise(seed, 128, 128);
  const p = new Picture(width, height).fill(() => [20, 14, 10]);
  for (let i = 0; i < books; i++) {
    const color = shade(spineColors[Math.floor(random() * spineColors.length)], 0.85 + random() * 0.35);
    const ink = random() > 0.3 ? rgb(0xe0b866) : rgb(0xf0e4c8);
    const [x, w] = [(i * width) / books, width / books];
    p.shape(
      [x, 0, x + w, height],
      () => -9,
      (px, py) => {
        const t = (px + 0.5 - x) / w;
        return shade(color, (0.45 + 0.62 * Math.sin(Math.PI * (0.12 + 0.76 * t))) * (1 + 0.12 * cloth(px / width, py / height)));
      },
    );
    const style = random();
    for (const y of style > 0.5 ? [0.1, 0.13, 0.86] : [0.07, 0.9])
      p.rect(x + w * 0.12, height * y, w * 0.76, 3, ink, { opacity: 0.9 });
    const lines = 2 + Math.floor(random() * 4);
    for (let k = 0; k < lines; k++) {
      const span = height * (0.22 + random() * 0.3);
      p.rect(x + w * (0.28 + (k * 0.44) / lines), height * 0.5 - span / 2, Math.max(2, (w * 0.34) / lines), span, ink, {
        opacity: 0.75,
        radius: 1,
      });
    }
    if (style < 0.3) p.disc(x + w / 2, height * 0.78, w * 0.2, ink, { opacity: 0.8 });
  }
  return p;
}

/** Paints the edges of pages. */
export function pages(seed: number, size = 64): Picture {
  const line = gradientNoise(seed, 2, 32);
  return new Picture(size, size).fill((u, v) => shade(rgb(0xe6d9bb), 0.9 + 0.18 * line(u, v)));
}

/** Paints eight bottle labels side by side. */
export function labels(seed: number, width = 512, height = 128): Picture {
  const random = seededRandom(seed);
  const p = new Picture(width, height);
  for (let i = 0; i < 8; i++) {
    const x = i * 64;
    const paper = [
      rgb(0xf0e2c0),
      rgb(0x1e1a18),
      rgb(0x9a2f24),
      rgb(0xe8d9a8),
      rgb(0x2c4638),
      rgb(0xf4efe2),
      rgb(0xc89a42),
      rgb(0x28344a),
    ][i];
    const ink = i % 3 === 1 || i === 4 || i === 7 ? rgb(0xe3bd62) : rgb(0x4a2a1c);
    p.rect(x, 0, 64, height, paper);
    p.rect(x + 4, 6, 56, 2, ink);
    p.rect(x + 4, height - 8, 56, 2, ink);
    p.disc(x + 32, 36, 15, ink);
    p.disc(x + 32, 36, 11, paper);
    p.disc(x + 32, 36, 6, ink);
    for (let k = 0; k < 4; k++) p.rect(x + 12 + random() * 6, 64 + k * 12, 26 + random() * 14, k ? 3 : 7, ink);
  }
  return p;
}

/** Paints a keyboard of `octaves` octaves. */
export function pianoKeys(width = 1024, height = 128, octaves = 7): Picture {
  const p = new Picture(width, height).fill((_u, v) => shade(rgb(0xf6efdf), 0.86 + 0.14 * smoothstep(0, 0.25, v)));
  const white = width / (octaves * 7);
  for (let i = 0; i <= octaves * 7; i++) p.rect(i * white - 0.8, 0, 1.6, height, rgb(0x4a4038));
  for (let i = 0; i < octaves * 7; i++) {
    if ([2, 6].includes(i % 7)) continue;
    p.rect((i + 1) * white - white * 0.3, 0, white * 0.6, height * 0.62, rgb(0x14110f), { radius: 1 });
    p.rect((i + 1) * white - white * 0.16, 4, white * 0.2, height * 0.5, rgb(0x4b4642), { opacity: 0.8 });
  }
  return p;
}

/** Paints a clock's face at ten past ten. */
export function clockFace(size = 256): Picture {
  const c = size / 2;
  const p = new Picture(size, size).fill(() => rgb(0xefe3c6));
  p.disc(c, c, c * 0.97, rgb(0xb28a45));
  p.disc(c, c, c * 0.9, rgb(0xf7efdb));
  for (let i = 0; i < 60; i++) {
    const a = (i * Math.PI) / 30;
    const r = i % 5 ? 0.82 : 0.72;
    p.line(
      c + Math.sin(a) * c * r,
      c - Math.cos(a) * c * r,
      c + Math.sin(a) * c * 0.86,
      c - Math.cos(a) * c * 0.86,
      i % 5 ? 1.5 : 5,
      rgb(0x2a2220),
    );
  }
  p.line(c, c, c - c * 0.42 * Math.sin(1.0), c - c * 0.42 * Math.cos(1.0), 8, rgb(0x2a2220));
  p.line(c, c, c + c * 0.64 * Math.sin(1.05), c - c * 0.64 * Math.cos(1.05), 5, rgb(0x2a2220));
  return p.disc(c, c, 8, rgb(0xb28a45));
}

/** Paints flames over glowing logs, bright enough for an unlit surface. */
export function flames(seed: number, size = 256): Picture {
  const flow = fractal(seed, 5, 3, 4);
  return new Picture(size, size).fill((u, v) => {
    const rise = 1 - v;
    const bend = u + 0.09 * flow(u * 0.7, v * 0.6) * rise * 2;
    const tongues = 0.55 + 0.3 * Math.sin(bend * 17) + 0.22 * Math.sin(bend * 31 + 2) + 0.5 * flow(bend, v * 0.6);
    const arch = 1 - (2 * u - 1) ** 2 * 0.85;
    const heat = (tongues * arch - rise * 0.95) * 1.5 + 0.28;
    return ramp(
      [
        [0, rgb(0x1a0904)],
        [0.18, rgb(0x6e1b06)],
        [0.42, rgb(0xe0560f)],
        [0.68, rgb(0xffad2e)],
        [1, rgb(0xfff3b4)],
      ],
      Math.max(0, Math.min(1, heat)),
    );
  });
}

/** Paints one tile of a lit dance floor. Light from below is strongest in the middle. */
export function glassTile(color: Rgb, size = 128): Picture {
  return new Picture(size, size).fill((u, v) => {
    const d = Math.max(Math.abs(u - 0.5), Math.abs(v - 0.5)) * 2;
    const glow = 1 - Math.hypot(u - 0.5, v - 0.5) * 0.85;
    const lit = blend(shade(color, glow), [255, 248, 225], Math.max(0, glow - 0.55) * 0.7);
    return blend(lit, rgb(0x2a1d16), smoothstep(0.9, 0.965, d));
  });
}

/** Paints the front of a jukebox: an arch of lights, a grille, a window with titles. */
export function jukebox(width = 256, height = 512): Picture {
  const p = new Picture(width, height).fill(() => rgb(0x4a1f16));
  const glow = [rgb(0xff6a3a), rgb(0xffb648), rgb(0xffe9a8), rgb(0x5fd0c0), rgb(0xe0508a)];
  glow.forEach((color, i) => {
    const r = width * (0.47 - i * 0.045);
    const top = width * 0.5;
    p.shape(
      [0, 0, width, height],
      (x, y) => {
        const d = y < top ? Math.hypot(x - width / 2, y - top) : Math.abs(x - width / 2);
        return Math.abs(d - r) - width * 0.016;
      },
      color,
      { soft: 4 },
    );
  });
  p.rect(width * 0.27, height * 0.22, width * 0.46, height * 0.2, rgb(0xfff0c8), { radius: 10 });
  for (let i = 0; i < 7; i++)
    for (let k = 0; k < 2; k++)
      p.rect(width * (0.3 + k * 0.21), height * (0.24 + i * 0.024), width * 0.18, 5, i % 2 ? rgb(0xb24a34) : rgb(0x3a3a4a));
  for (let i = 0; i < 12; i++) p.rect(width * 0.27, height * (0.52 + i * 0.032), width * 0.46, 6, rgb(0xd0a860), { radius: 3 });
  return p;
}

export function speakerCone(size = 256): Picture {
  const c = size / 2;
  const p = new Picture(size, size).fill(() => rgb(0x1c1917));
  for (let i = 0; i < 9; i++) p.disc(c, c, c * (0.95 - i * 0.07), i % 2 ? rgb(0x2b2724) : rgb(0x191614), { soft: 3 });
  p.disc(c, c, c * 0.3, rgb(0x4a433d), { soft: 8 });
  return p.disc(c * 0.92, c * 0.9, c * 0.12, rgb(0x8a8078), { soft: 22 });
}

/** Paints a record sleeve or a poster with one bold motif. */
export function sleeve(seed: number, size = 256): Picture {
  const tones = spineColors[Math.floor(hash01(seed, 1) * spineColors.length)];
  const p = new Picture(size, size).fill(() => tones);
  for (let i = 0; i < 6; i++)
    p.disc(
      size * 0.5,
      size * 0.62,
      size * (0.46 - i * 0.075),
      i % 2 ? rgb(0xf0d9a4) : rgb([0xd0603a, 0x3a7a78, 0xe0a03a][seed % 3]),
      { soft: 1.5 },
    );
  return p.rect(size * 0.1, size * 0.06, size * 0.8, size * 0.05, rgb(0xf5ead0));
}

/** Paints a lamp shade from outside: cloth that glows from the bulb in its middle. */
export function glowingShade(seed: number, color: Rgb, size = 256): Picture {
  const weave = gradientNoise(seed, 96, 96);
  return new Picture(size, size).fill((u, v) => {
    const k = Math.exp(-(((v - 0.55) / 0.42) ** 2));
    return shade(blend(color, rgb(0xfff2cf), k * 0.75), (0.8 + 0.25 * k) * (1 + 0.06 * weave(u, v)));
  });
}

/** Paints a leaf that fills the picture, with its tip at the right (u = 1) and its midrib at v = 0.5. */
export function leafSkin(seed: number, dark: Rgb, light: Rgb, veins: number, size = 256): Picture {
  const mottle = fractal(seed, 5, 5, 4);
  return new Picture(size, size).fill((u, v) => {
    const across = Math.abs(v - 0.5) * 2;
    const vein = Math.abs((((((u - across * 0.22) * veins) % 1) + 1) % 1) - 0.5) * 2;
    const rib = Math.max(smoothstep(0.06, 0.02, across), smoothstep(0.14, 0.04, vein) * 0.7 * (1 - across * 0.5));
    return shade(
      blend(
        blend(dark, light, 0.35 + 0.35 * across + 0.5 * mottle(u, v)),
        [light[0] + 34, light[1] + 38, light[2] + 22],
        rib * 0.75,
      ),
      0.92 + 0.12 * vein,
    );
  });
}
