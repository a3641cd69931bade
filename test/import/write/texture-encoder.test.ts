import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { loadSharp } from '../../../src/import/picture/load-sharp.ts';
import { encodingCache } from '../../../src/import/write/cache/encoding-cache.ts';
import { isPhotograph, TILES_SIDE, tilesOf } from '../../../src/import/write/texture/photograph.ts';
import { WebpEncoder } from '../../../src/import/write/texture/webp-encoder.ts';
import { encodeTexture } from '../../../src/import/write/texture-encoder.ts';

describe('a small texture', () => {
  it('gets a finer lossy file where grain shows, not one without loss', async () => {
    const random = seededRandom(1);
    const rgba = new Uint8Array(128 * 64 * 4);
    for (let i = 0; i < rgba.length; i += 4) {
      const grain = 24 * (random() - 0.5);
      rgba.set([110 + 60 * Math.sin(i / 900) + grain, 90 + grain, 70 + grain * 0.8, 255], i);
    }
    const { high } = await encodeTexture(
      { slot: 'skin', width: 128, height: 64, rgba },
      { ktx2: false, maxSize: 2048 },
      encodingCache(),
    );
    const [{ bytes }] = high;
    // VP8 is lossy, VP8L is not; without loss this picture takes 14 kB.
    expect(String.fromCharCode(...bytes.subarray(12, 16))).toBe('VP8 ');
    expect(bytes.byteLength).toBeLessThan(8000);
  });

  it('has no loss where it is damaged, though it looks like a photograph', async () => {
    const rgba = new Uint8Array(256 * 256 * 4);
    for (let i = 0; i < rgba.length; i += 4) {
      const [x, y] = [(i >> 2) % 256, i >> 10];
      rgba.set([40 + Math.min(x, 399 - x), y % 18.75 < 3.75 ? 220 : 90, 200 - Math.min(y, 150), 255], i);
    }
    expect(isPhotograph(rgba, 256, 256)).toBe(true);
    const texture = { slot: 'stripes', width: 256, height: 256, rgba };
    const { high } = await encodeTexture(texture, { ktx2: false, maxSize: 2048 }, encodingCache());
    expect(String.fromCharCode(...high[0].bytes.subarray(12, 16))).toBe('VP8L');
    expect(high[0].bytes.byteLength).toBeLessThan(8000);
  });

  it('has no loss where colours would bleed across hard edges', async () => {
    const rgba = new Uint8Array(128 * 128 * 4);
    for (let i = 0; i < rgba.length; i += 4) {
      const on = ((((i >> 2) % 128) >> 3) + (i >> 12)) % 2 === 0;
      rgba.set(on ? [230, 20, 20, 255] : [20, 60, 230, 255], i);
    }
    const { high } = await encodeTexture(
      { slot: 'tiles', width: 128, height: 128, rgba },
      { ktx2: false, maxSize: 2048 },
      encodingCache(),
    );
    expect(String.fromCharCode(...high[0].bytes.subarray(12, 16))).toBe('VP8L');
  });
});

describe('pixel art', () => {
  const random = seededRandom(3);
  const rgba = Uint8Array.from({ length: 128 * 128 * 4 }, (_, i) => (i % 4 === 3 ? 255 : random() * 256));
  const encode = (nearest: boolean) =>
    encodeTexture(
      { slot: 'blocks', width: 128, height: 128, rgba, sampling: { wrapS: 'repeat', wrapT: 'repeat', nearest } },
      { ktx2: true, maxSize: 2048 },
      encodingCache(),
    );

  it('keeps each pixel, and has no KTX2, whose blocks of 4 x 4 pixels have too few colours', async () => {
    const { high } = await encode(true);
    expect(high.map(({ type }) => type)).toEqual(['image/webp']);
    const sharp = await loadSharp();
    expect(new Uint8Array(await sharp(high[0].bytes).ensureAlpha().raw().toBuffer())).toEqual(rgba);
    expect((await encode(false)).high.map(({ type }) => type)).toEqual(['image/ktx2', 'image/webp']);
  });
});

describe('leaves', () => {
  // Leaves with grain on hidden black. A lossy file has a loss of 7 to 10, one without loss has 2.8 to 3.5 times its bytes.
  it.each([
    ['few', 0.4, 16],
    ['many', 0.5, 30],
  ])('get a nearly lossless file where there are %s', async (_, share, grain) => {
    const random = seededRandom(3);
    const size = 256;
    const rgba = new Uint8Array(size * size * 4);
    for (let i = 0; i < rgba.length; i += 4) {
      const [x, y] = [(i >> 2) % size, Math.floor((i >> 2) / size)];
      if ((x + (y >> 1)) % 32 > 32 * share) continue;
      rgba.set([15 + grain * random(), 110 + 1.5 * grain * random(), 5 + 0.5 * grain * random(), 255], i);
    }
    expect(isPhotograph(rgba, size, size)).toBe(share === 0.5);
    const texture = { slot: 'leaves', width: size, height: size, rgba };
    const { high } = await encodeTexture(texture, { ktx2: false, maxSize: 2048 }, encodingCache());
    const [{ bytes }] = high;
    const sharp = await loadSharp();
    const decoded = await sharp(bytes).ensureAlpha().raw().toBuffer();
    const errors: number[] = [];
    for (let i = 0; i < rgba.length; i += 4) if (rgba[i + 3]) errors.push(Math.abs(decoded[i + 1] - rgba[i + 1]));
    expect(String.fromCharCode(...bytes.subarray(12, 16))).toBe('VP8L');
    expect(Math.max(...errors)).toBeGreaterThan(0);
    expect(errors.reduce((sum, e) => sum + e, 0) / errors.length).toBeLessThan(2);
  });
});

describe('a large picture', () => {
  const size = 1024;
  const encode = async (colourAt: (x: number, y: number) => readonly [number, number, number], rows = size) => {
    const rgba = new Uint8Array(size * rows * 4);
    for (let i = 0; i < rgba.length; i += 4) rgba.set([...colourAt((i >> 2) % size, (i >> 2) >> 10), 255], i);
    const { high } = await encodeTexture(
      { slot: 'large', width: size, height: rows, rgba },
      { ktx2: false, maxSize: 2048 },
      encodingCache(),
    );
    const { bytes } = high[0];
    return { rgba, bytes, format: String.fromCharCode(...bytes.subarray(12, 16)) };
  };

  it('is lossy where it is a photograph with even areas', async () => {
    const random = seededRandom(4);
    const { rgba, format } = await encode((x, y) => {
      if ((x >> 7) % 3 > 0) return [90, 80, 70];
      const grain = random() * 12;
      return [100 + 50 * Math.sin(x / 40) + grain, 100 + 50 * Math.sin(y / 50) + grain, 90 + grain];
    });
    expect(isPhotograph(rgba, size, size)).toBe(false);
    expect(format).toBe('VP8 ');
  });

  it('has means of colours, but not where dark lines lie on a strong colour', async () => {
    const photograph = (thin: boolean) => {
      const random = seededRandom(4);
      return encode((x, y) => {
        const grain = 20 * Math.sin(x / 40) + 20 * Math.sin(y / 50) + random() * 5;
        return thin ? (x % 151 < 3 ? [0, 0, 0] : [40 + grain, 180 + grain, 40 + grain]) : [90 + grain, 120 + grain, 60 + grain];
      }, 2 * size);
    };
    for (const [thin, quick] of [
      [false, true],
      [true, false],
    ]) {
      const { rgba, bytes } = await photograph(thin);
      const picture = await WebpEncoder.of(rgba, size, 2 * size);
      const [soon, usual] = [await picture.lossySoon(86), await picture.lossy(86)];
      expect([soon, usual].map(file => Buffer.compare(file, bytes) === 0)).toEqual([quick, !quick]);
    }
  });

  it('has no loss where it is a palette of many flat colours', async () => {
    const random = seededRandom(4);
    const palette = Array.from({ length: 1024 }, (): [number, number, number] => [
      random() * 256,
      random() * 256,
      random() * 256,
    ]);
    expect((await encode((x, y) => palette[(y >> 5) * 32 + (x >> 5)])).format).toBe('VP8L');
  });

  it('has a sample of 16 tiles, each in the middle of its part', () => {
    const [width, height] = [512, 2048];
    const rgba = new Uint8Array(width * height * 4);
    new Uint32Array(rgba.buffer).forEach((_, i, pixels) => {
      pixels[i] = i;
    });
    const tiles = new Uint32Array(tilesOf(rgba, width, height).buffer);
    const at = (x: number, y: number) => [tiles[y * TILES_SIDE + x] % width, Math.floor(tiles[y * TILES_SIDE + x] / width)];
    expect(tiles).toHaveLength(TILES_SIDE ** 2);
    expect(at(0, 0)).toEqual([32, 224]);
    expect(at(63, 63)).toEqual([95, 287]);
    expect(at(64, 0)).toEqual([160, 224]);
    expect(at(255, 255)).toEqual([479, 1823]);
  });
});

describe('a picture', () => {
  const picture = (colourAt: (x: number, y: number) => number) => {
    const rgba = new Uint8Array(128 * 100 * 4);
    const pixels = new Uint32Array(rgba.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = colourAt(i % 128, Math.floor(i / 128)) | 0xff000000;
    return isPhotograph(rgba, 128, 100);
  };

  it('is a photograph where many colours do not repeat', () => {
    const random = seededRandom(2);
    expect(picture(() => random() * 0xffffff)).toBe(true);
  });

  it('is none where many colours repeat, as knitted cloth does', () => {
    const random = seededRandom(2);
    const tile = Array.from({ length: 16 * 30 }, () => random() * 0xffffff);
    expect(picture((x, y) => tile[(y % 30) * 16 + (x % 16)])).toBe(false);
  });

  it('is none with few colours, or where most neighbours are equal', () => {
    const random = seededRandom(2);
    expect(picture(() => Math.floor(random() * 200) * 999)).toBe(false);
    expect(picture((x, y) => ((x >> 2) + 32 * y) * 999)).toBe(false);
  });
});
