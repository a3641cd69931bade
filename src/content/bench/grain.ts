/** Textures of a given size in bytes, for the benches. */

import type { Random } from '../../core/random.ts';
import type { SourceTexture } from '../../import/model/source-model.ts';

/** Sides of the pictures, smallest first. Each serves up to the bytes that WebP at our quality can produce for it. */
const sides = [
  [64, 64],
  [128, 128],
  [256, 128],
  [256, 256],
  [512, 256],
  [512, 512],
  [1024, 512],
  [1024, 1024],
] as const;
const mostBytesPerPixel = 0.6;

/**
 * Bytes a pixel of WebP (quality 86, libwebp 1.6) by the amplitude of noise (of 255, uniform, the same in all three channels).
 * Measured on 512 x 512.
 */
const curve = [
  [0, 0.021],
  [4, 0.056],
  [6, 0.118],
  [8, 0.182],
  [12, 0.255],
  [16, 0.306],
  [24, 0.371],
  [32, 0.414],
  [48, 0.48],
  [64, 0.53],
  [96, 0.603],
  [128, 0.665],
] as const;

/**
 * Paints a picture of about `bytes` bytes as WebP. Blotches appear in the low texture too, a grid only in the high one. The
 * amplitude of the grain sets the size.
 */
export function grainTexture(slot: string, bytes: number, random: Random): SourceTexture {
  const [width, height] = sides.find(([w, h]) => w * h * mostBytesPerPixel >= bytes) ?? sides[sides.length - 1];
  return grain(slot, width, height, amplitudeFor(bytes / (width * height)), random);
}

function grain(slot: string, width: number, height: number, amplitude: number, random: Random): SourceTexture {
  const rgba = new Uint8Array(width * height * 4);
  // One for each texel of the low texture.
  const blotch = Math.max(1, Math.max(width, height) / 64);
  const columns = width / blotch;
  const blotches = Float32Array.from({ length: (columns * height) / blotch }, () => (random() - 0.5) * 80);
  const base = [0, 1, 2].map(() => 90 + random() * 90);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const line = x % 64 === 0 || y % 64 === 0 ? -50 : 0;
      const value = blotches[Math.floor(y / blotch) * columns + Math.floor(x / blotch)] + line + (random() - 0.5) * 2 * amplitude;
      for (let c = 0; c < 3; c++) rgba[at + c] = Math.max(0, Math.min(255, base[c] + value));
      rgba[at + 3] = 255;
    }
  }
  return { slot, width, height, rgba };
}

function amplitudeFor(bytesPerPixel: number): number {
  const above = curve.findIndex(([, bytes]) => bytes >= bytesPerPixel);
  if (above < 0) return curve[curve.length - 1][0];
  if (above === 0) return 0;
  const [a, b] = [curve[above - 1], curve[above]];
  return a[0] + ((b[0] - a[0]) * (bytesPerPixel - a[1])) / (b[1] - a[1]);
}
