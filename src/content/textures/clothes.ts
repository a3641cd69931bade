/** Paints faces, clothes, hair and shoes. */

import { fractal, gradientNoise } from './noise.ts';
import { blend, Picture, type Rgb, rgb, shade, smoothstep } from './painted-picture.ts';

export interface Look {
  readonly skin: Rgb;
  readonly lips: Rgb;
  readonly brows: Rgb;
  readonly iris: Rgb;
  readonly smile: number;
  readonly lashes: boolean;
  readonly glasses?: Rgb;
  readonly beard?: Rgb;
}

/** Paints a face. The picture is 0.30 m wide and high, with the bridge of the nose in the middle (see `tailor.ts`). */
export function face(look: Look, size = 512): Picture {
  const grain = fractal(17, 6, 6, 3);
  const { skin } = look;
  const warm: Rgb = [Math.min(255, skin[0] * 1.08), skin[1] * 0.78, skin[2] * 0.72];
  const p = new Picture(size, size).fill((u, v) => shade(skin, 1 + 0.03 * grain(u, v)));
  const m = size / 0.3;
  const at = (x: number, y: number): [number, number] => [size / 2 + x * m, size / 2 - y * m];
  for (const side of [-1, 1]) {
    const [cx, cy] = at(side * 0.05, -0.04);
    p.ellipse(cx, cy, 0.026 * m, 0.02 * m, warm, { soft: 0.03 * m, opacity: 0.55 });
    const [ex, ey] = at(side * 0.038, -0.002);
    p.ellipse(ex, ey, 0.024 * m, 0.021 * m, shade(skin, 0.8), { soft: 0.012 * m, opacity: 0.6 });
    p.ellipse(ex, ey, 0.0185 * m, 0.0155 * m, rgb(0xfbf5ec), { soft: 2 });
    p.ellipse(ex - side * 0.0015 * m, ey, 0.0105 * m, 0.0125 * m, shade(look.iris, 0.62), { soft: 1.5 });
    p.ellipse(ex - side * 0.0015 * m, ey + 0.002 * m, 0.0085 * m, 0.0095 * m, look.iris, { soft: 2.5 });
    p.disc(ex - side * 0.0015 * m, ey, 0.0054 * m, rgb(0x14100e), { soft: 1.5 });
    p.disc(ex + 0.003 * m, ey - 0.0045 * m, 0.0028 * m, rgb(0xffffff), { soft: 1.5 });
    const lid: [number, number][] = Array.from({ length: 13 }, (_, i) => {
      const a = Math.PI * (i / 12);
      return [ex - Math.cos(a) * 0.0195 * m, ey - Math.sin(a) * 0.0158 * m + 0.001 * m];
    });
    p.stroke(lid, (look.lashes ? 0.0042 : 0.0028) * m, rgb(0x241815), { soft: 1.5 });
    if (look.lashes)
      p.line(ex + side * 0.019 * m, ey - 0.001 * m, ex + side * 0.026 * m, ey - 0.009 * m, 0.003 * m, rgb(0x241815));
    const brow: [number, number][] = Array.from({ length: 9 }, (_, i) => {
      const t = i / 8;
      return at(side * (0.018 + 0.04 * t), 0.024 + 0.009 * Math.sin(t * 2.4) - 0.002 * t);
    });
    p.stroke(brow, (look.lashes ? 0.0042 : 0.0066) * m, look.brows, { soft: 2, opacity: 0.95 });
  }
  const [nx, ny] = at(0, -0.048);
  for (const side of [-1, 1]) p.ellipse(nx + side * 0.0095 * m, ny, 0.004 * m, 0.0026 * m, shade(skin, 0.55), { soft: 2 });
  if (look.beard) {
    const beard = look.beard;
    p.shape(
      [0, size / 2, size, size],
      (x, y) => {
        const [dx, dy] = [(x - size / 2) / m, -(y - size / 2) / m];
        const edge = dy + 0.06 - 0.9 * Math.max(0, Math.abs(dx) - 0.03);
        const mouthGap = 1 - Math.hypot(dx / 0.022, (dy + 0.077) / 0.008);
        // It ends before the ears: the margin of the picture colours the back of the head and the neck.
        return Math.max(edge, mouthGap * 0.01, -0.134 - dy, Math.abs(dx) - 0.118) * m;
      },
      (x, y) => shade(beard, 0.85 + 0.3 * grain(x / 64, y / 64)),
      { soft: 6, opacity: 0.88 },
    );
  }
  const mouth: [number, number][] = Array.from({ length: 15 }, (_, i) => {
    const t = (i / 14) * 2 - 1;
    return at(t * 0.0255, -0.075 - look.smile * 0.009 * (1 - t * t));
  });
  if (look.lashes) p.stroke(mouth.slice(2, -2), 0.0105 * m, look.lips, { soft: 3 });
  else p.stroke(mouth.slice(4, -4), 0.006 * m, blend(skin, look.lips, 0.6), { soft: 4 });
  p.stroke(mouth, 0.0026 * m, shade(look.lips, 0.42), { soft: 1.5 });
  if (look.glasses) {
    const frame = look.glasses;
    for (const side of [-1, 1]) {
      const [x, y] = at(side * 0.038, -0.002);
      p.shape(
        [x - 60, y - 60, x + 60, y + 60],
        (px, py) => Math.abs(Math.hypot((px - x) / 1.12, py - y) - 0.0245 * m) - 0.002 * m,
        frame,
        { soft: 1.5 },
      );
      p.line(x + side * 0.027 * m, y - 3, x + side * 0.09 * m, y - 8, 0.004 * m, frame);
    }
    p.line(...at(-0.011, 0.002), ...at(0.011, 0.002), 0.004 * m, frame);
  }
  return p;
}

/** Paints details of a garment. u 0.5 is its front; v runs from the collar (0) down 1.05 m. */
export function tailored(
  cloth: Picture,
  details: { buttons?: Rgb; shirt?: Rgb; tie?: Rgb; belt?: Rgb; trim?: Rgb; motif?: Rgb; stripes?: readonly Rgb[] },
  size = 512,
): Picture {
  const p = new Picture(size, size).fill((_u, _v, x, y) => cloth.get((x * 2) % cloth.width, (y * 2) % cloth.height));
  const c = size / 2;
  details.stripes?.forEach((color, i) => {
    p.rect(0, size * (0.16 + i * 0.055), size, size * 0.032, color, { opacity: 0.95 });
  });
  if (details.shirt) {
    const color = details.shirt;
    p.shape([c - 60, 0, c + 60, size * 0.36], (x, y) => Math.abs(x - c) - Math.max(0, (size * 0.31 - y) * 0.24), color, {
      soft: 1.5,
    });
    for (const side of [-1, 1])
      p.stroke(
        [
          [c + side * size * 0.075, 0],
          [c, size * 0.31],
        ],
        3,
        shade(cloth.get(3, 3), 0.6),
      );
  }
  if (details.tie) {
    const color = details.tie;
    p.shape([c - 20, 0, c + 20, size * 0.34], (x, y) => Math.abs(x - c) - 4 - y * 0.035, color, { soft: 1.5 });
  }
  if (details.buttons) {
    p.line(c, details.shirt ? size * 0.31 : 0, c, size, 2, shade(cloth.get(5, 5), 0.62));
    for (let i = 0; i < 7; i++) {
      const y = size * (0.07 + i * 0.085);
      if (!details.shirt || y > size * 0.32) p.disc(c + (details.shirt ? 7 : 0), y, 4.2, details.buttons, { soft: 1.5 });
    }
    p.rect(c + size * 0.09, size * 0.2, size * 0.075, 3, shade(cloth.get(5, 5), 0.6));
  }
  if (details.trim) {
    p.rect(0, 0, size, size * 0.03, details.trim);
  }
  if (details.belt) {
    p.rect(0, size * 0.385, size, size * 0.034, details.belt);
    p.rect(c - 9, size * 0.382, 18, size * 0.04, rgb(0xd8b45c), { radius: 3 });
  }
  if (details.motif) {
    for (let i = 0; i < 5; i++)
      p.disc(c, size * 0.24, size * (0.085 - i * 0.016), i % 2 ? cloth.get(9, 9) : details.motif, { soft: 1.5 });
  }
  return p;
}

export function denim(seed: number, color: Rgb, size = 256): Picture {
  const slub = gradientNoise(seed, 90, 20);
  const fade = fractal(seed + 1, 3, 3, 3);
  return new Picture(size, size).fill((u, v, x, y) =>
    shade(blend(color, [200, 205, 212], ((x + y) % 4 < 1 ? 0.14 : 0) + Math.max(0, fade(u, v)) * 0.2), 0.95 + 0.14 * slub(u, v)),
  );
}

/** Paints strands of hair in grey, which the material's color tints. */
export function strands(seed: number, size = 128): Picture {
  const fine = gradientNoise(seed, 48, 4);
  const broad = gradientNoise(seed + 1, 14, 3);
  return new Picture(size, size).fill((u, v) => {
    const k = 200 + 48 * fine(u, v) + 40 * broad(u, v) + 26 * smoothstep(0.16, 0, Math.abs(v - 0.35));
    return [k, k, k];
  });
}

/** Paints leather uppers, and a pale sole below v = 0.8. */
export function shoe(seed: number, upper: Rgb, sole: Rgb, size = 128): Picture {
  const wear = fractal(seed, 5, 5, 3);
  return new Picture(size, size).fill((u, v) =>
    shade(v > 0.87 ? sole : upper, 0.95 + 0.2 * wear(u, v) + (v > 0.855 && v < 0.875 ? -0.35 : 0)),
  );
}
