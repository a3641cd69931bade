import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { ssim } from 'ssim.js';

/**
 * Pixels that differ visibly: pixelmatch's perceptual distance above 0.1 of its range, anti-aliased edges left out.
 * @returns the share of the picture, 0..1; 1 for pictures of different sizes.
 */
export function difference(a: Buffer, b: Buffer, diff?: PNG): number {
  const first = PNG.sync.read(a);
  const second = PNG.sync.read(b);
  const { width, height } = first;
  if (second.width !== width || second.height !== height) return 1;
  return pixelmatch(first.data, second.data, diff?.data, width, height, { threshold: 0.1 }) / (width * height);
}

/** Structural similarity (SSIM, Wang 2004) of two pictures of one size: 1 for the same picture. */
export function similarity(a: Buffer, b: Buffer): number {
  const image = (png: Buffer) => {
    const { data, width, height } = PNG.sync.read(png);
    return { data: new Uint8ClampedArray(data), width, height } as ImageData;
  };
  return ssim(image(a), image(b)).mssim;
}

const results = join(import.meta.dirname, '../../test-results');

/**
 * Compares a picture with `expected.png` of a folder. `UPDATE_GOLDENS=1` writes that anew: then look at it. What differs is left in
 * test-results/.
 *
 * @param tolerance - the share of pixels that may differ, 0..1.
 * @returns undefined when it is the same within the tolerance, else what is wrong.
 */
export function compareGolden(folder: string, picture: Buffer, tolerance: number): string | undefined {
  const file = join(folder, 'expected.png');
  const name = basename(folder);
  if (process.env.UPDATE_GOLDENS) {
    writeFileSync(file, picture);
    return undefined;
  }
  if (!existsSync(file)) return `${file} is missing: run with UPDATE_GOLDENS=1, and look at it`;
  const expected = readFileSync(file);
  const { width, height } = PNG.sync.read(picture);
  const diff = new PNG({ width, height });
  const share = difference(expected, picture, diff);
  if (share <= tolerance) return undefined;
  const out = join(results, `${name}.png`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, picture);
  writeFileSync(out.replace('.png', '.diff.png'), PNG.sync.write(diff));
  return `${(share * 100).toFixed(2)} % of ${name} differs (allowed: ${tolerance * 100} %); see ${out}`;
}
