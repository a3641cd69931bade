/** Paints rugs. */

import { fractal, gradientNoise } from './noise.ts';
import { Picture, type Rgb, rgb, shade } from './painted-picture.ts';

/** Adds the texture of wool to a picture: rows of knots and drifting tints. */
function woven(picture: Picture, seed: number): Picture {
  const knots = gradientNoise(seed, picture.width >> 2, picture.height >> 2);
  const drift = fractal(seed + 1, 3, 24, 3);
  const out = new Picture(picture.width, picture.height);
  return out.fill((u, v, x, y) =>
    shade(picture.get(x, y), 0.97 + 0.06 * knots(u, v) + 0.13 * drift(u, v) + ((y & 3) < 1 ? -0.05 : 0)),
  );
}

/** Paints a Persian carpet: field with a medallion, corners, a main border between guards. It is symmetric in both axes. */
export function persian(
  seed: number,
  colors: { field: Rgb; border: Rgb; accent: Rgb; light: Rgb; dark: Rgb },
  width = 1024,
  height = 1024,
): Picture {
  const p = new Picture(width, height).fill(() => colors.border);
  const { field, accent, light, dark } = colors;
  const m = width / 1024;
  const frame = (inset: number, color: Rgb) => p.rect(inset * m, inset * m, width - 2 * inset * m, height - 2 * inset * m, color);
  frame(8, dark);
  frame(16, light);
  frame(26, accent);
  frame(42, dark);
  frame(48, colors.border);
  const rosette = (x: number, y: number, r: number, petals: number, color: Rgb, heart: Rgb) => {
    for (let i = 0; i < petals; i++) {
      const a = (i * Math.PI * 2) / petals;
      p.disc(x + Math.cos(a) * r * 0.62, y + Math.sin(a) * r * 0.62, r * 0.4, color, { soft: 1.5 });
    }
    p.disc(x, y, r * 0.55, heart, { soft: 1.5 });
    p.disc(x, y, r * 0.22, light, { soft: 1.5 });
  };
  for (let i = 0; i <= 12; i++) {
    const t = (100 + (824 / 12) * i) * m;
    for (const [x, y] of [
      [t, 100 * m],
      [t, height - 100 * m],
      [100 * m, t],
      [width - 100 * m, t],
    ]) {
      rosette(x, y, (i % 2 ? 20 : 30) * m, i % 2 ? 4 : 8, i % 2 ? light : accent, i % 2 ? accent : dark);
    }
  }
  frame(150, dark);
  frame(156, light);
  frame(166, accent);
  frame(178, dark);
  frame(184, field);
  const [cx, cy] = [width / 2, height / 2];
  const lobes = (x: number, y: number, r: number, squash: number) => (px: number, py: number) => {
    const [dx, dy] = [px - x, (py - y) * squash];
    const a = Math.atan2(dy, dx);
    return Math.hypot(dx, dy) - r * (0.86 + 0.14 * Math.cos(a * 16) * Math.cos(a * 4));
  };
  for (const [r, color] of [
    [300, dark],
    [290, colors.border],
    [250, light],
    [240, accent],
    [170, dark],
    [162, field],
    [110, light],
    [100, colors.border],
  ] as [number, Rgb][]) {
    p.shape([0, 0, width, height], lobes(cx, cy, r * m, 1), color, { soft: 2 });
  }
  for (const sx of [-1, 1])
    for (const sy of [-1, 1])
      for (const [r, color] of [
        [250, dark],
        [240, colors.border],
        [200, light],
        [192, accent],
        [120, dark],
        [112, field],
      ] as [number, Rgb][]) {
        const [x0, y0] = [cx + sx * (width / 2 - 184 * m), cy + sy * (height / 2 - 184 * m)];
        const inside = [Math.min(x0, cx), Math.min(y0, cy), Math.max(x0, cx), Math.max(y0, cy)] as [
          number,
          number,
          number,
          number,
        ];
        p.shape(inside, lobes(x0, y0, r * m, 1), color, { soft: 2 });
      }
  for (let ring = 0; ring < 3; ring++) {
    const n = [8, 16, 24][ring];
    for (let i = 0; i < n; i++) {
      const a = ((i + 0.5) * Math.PI * 2) / n;
      const r = [66, 206, 345][ring] * m;
      const [x, y] = [cx + Math.cos(a) * r, cy + Math.sin(a) * r];
      if (Math.abs(x - cx) < 320 * m && Math.abs(y - cy) < 320 * m)
        rosette(x, y, [12, 22, 17][ring] * m, 6, ring === 1 ? light : accent, dark);
    }
  }
  rosette(cx, cy, 46 * m, 8, light, accent);
  return woven(p, seed);
}

/** Paints a round rug: rings of bars and lozenges. The picture's corners stay hidden. */
export function roundRug(seed: number, ground: Rgb, rings: readonly Rgb[], size = 512): Picture {
  const p = new Picture(size, size).fill(() => ground);
  const c = size / 2;
  rings.forEach((color, i) => {
    const r = c * (0.98 - i * 0.17);
    p.disc(c, c, r, color);
    p.disc(c, c, r - c * 0.035, ground);
    const n = 36 - i * 6;
    for (let k = 0; k < n; k++) {
      const a = (k * Math.PI * 2) / n;
      const at = r - c * 0.085;
      p.disc(c + Math.cos(a) * at, c + Math.sin(a) * at, c * 0.026, color, { soft: 1.5 });
    }
  });
  return woven(p, seed);
}

/** Paints a kilim runner: bands of steps and lozenges. */
export function kilim(seed: number, palette: readonly Rgb[], width = 512, height = 1024): Picture {
  const p = new Picture(width, height);
  const bands = 16;
  p.fill((u, v) => {
    const band = Math.floor(v * bands);
    const y = Math.abs(((v * bands) % 1) - 0.5) * 2;
    const kind = band % 4;
    const x = Math.abs(((((u * 8) % 1) + 1) % 1) - 0.5) * 2;
    const stepped = Math.floor(x * 5) / 5 + Math.floor(y * 5) / 5;
    if (u < 0.04 || u > 0.96) return palette[0];
    if (kind === 0) return palette[stepped < 0.55 ? 1 : stepped < 0.8 ? 2 : 0];
    if (kind === 2) return palette[stepped < 0.45 ? 2 : stepped < 0.85 ? 3 : 1];
    return y < 0.25 ? palette[2] : y < 0.6 ? palette[3] : palette[4 % palette.length];
  });
  return woven(p, seed);
}

export const carpetColors = {
  madder: { field: rgb(0x8e2f26), border: rgb(0x243b4f), accent: rgb(0xc98a3d), light: rgb(0xe9d6ae), dark: rgb(0x24161a) },
  indigo: { field: rgb(0x2c4a5a), border: rgb(0x8a3b2a), accent: rgb(0xd4a056), light: rgb(0xeadcb9), dark: rgb(0x1c2126) },
};
