import { join } from 'node:path';
import type { Page } from 'playwright';
import { ssim } from 'ssim.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';
import type { Pair } from './moved/page.ts';

// `foyer` is what test/browser/render/moved/page.ts exports, in the page.
declare const foyer: typeof import('./moved/page.ts');

const decode = (base64: string): Uint8ClampedArray => new Uint8ClampedArray(Buffer.from(base64, 'base64'));

function similarity(a: string, b: string): number {
  const side = Math.sqrt(decode(a).length / 4);
  const image = (base64: string) => ({ data: decode(base64), width: side, height: side }) as ImageData;
  return ssim(image(a), image(b)).mssim;
}

describe('what moves, against stock three.js', () => {
  let harness: Harness;
  let page: Page;
  let errors: string[];
  beforeAll(async () => {
    harness = await startHarness(join(import.meta.dirname, 'moved/page.ts'));
    ({ page, errors } = await harness.open());
  });
  afterAll(() => harness?.close());

  /** Each picture is like three's, and none like the one before it: something has moved. */
  function compare(pairs: readonly Pair[]): void {
    for (const [i, [ours, theirs]] of pairs.entries()) {
      expect(similarity(ours, theirs), `picture ${i}`).toBeGreaterThan(0.98);
      if (i > 0) expect(similarity(theirs, pairs[i - 1][1])).toBeLessThan(0.97);
    }
    expect(errors).toEqual([]);
  }

  it('a face of four morph targets', async () => {
    const weights = [
      [0, 0, 0, 0],
      [1, 0, 0.5, 0],
      [0.4, 0.8, 1, 1],
      [0, -0.5, 0, 0.7],
    ]; // prettier-ignore
    compare(await page.evaluate(list => list.map(w => foyer.morphed(w)), weights));
  });

  it('a figure of two skins on one skeleton', async () => {
    compare(await page.evaluate(() => [0, 0.5, 1].map(t => foyer.twoSkins(t))));
  });
});
