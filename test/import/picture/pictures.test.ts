import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/import/picture/decode-picture.ts';
import type { Picture } from '../../../src/import/picture/picture.ts';
import { pictureSize } from '../../../src/import/picture/picture-size.ts';
import { bmp, HEIGHT, rgb, tga, WIDTH } from './write-pictures.ts';

function expectPicture({ width, height, rgba }: Picture, tolerance = 0): void {
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      rgb(x, y).forEach((c, k) => {
        expect(Math.abs(rgba[4 * (y * WIDTH + x) + k] - c), `pixel ${x}, ${y}`).toBeLessThanOrEqual(tolerance);
      });
    }
  }
}

describe('TGA', () => {
  it.each([
    { type: 2, bits: 24 },
    { type: 2, bits: 24, topDown: true },
    { type: 2, bits: 32 },
    { type: 10, bits: 24 },
    { type: 1, bits: 8 },
    { type: 9, bits: 8, topDown: true },
  ])('$type, $bits bits', async form => {
    expectPicture(await decodePicture(tga(form), 'a.TGA'));
  });

  it('reads 16 bits, 5 for each colour', async () => {
    expectPicture(await decodePicture(tga({ type: 2, bits: 16 }), 'a.tga'), 8);
  });

  it('reads grey pictures', async () => {
    const { rgba } = await decodePicture(tga({ type: 11, bits: 8 }), 'a.tga');
    expect([...rgba.subarray(0, 4)]).toEqual([200, 200, 200, 255]);
  });

  it('keeps the alpha of 32 bits', async () => {
    const { rgba } = await decodePicture(tga({ type: 2, bits: 32 }), 'a.tga');
    expect([rgba[3], rgba[7]]).toEqual([0, 255]);
  });
});

describe('other formats', () => {
  it.each([
    [8, false],
    [8, true],
    [24, false],
    [24, true],
  ] as const)('BMP of %i bits, top down %s', async (bits, topDown) => {
    expectPicture(await decodePicture(bmp(bits, topDown), 'a.bmp'));
  });

  it('recognises PNG and JPEG by their bytes, whatever their name', async () => {
    const raw = Uint8Array.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => rgb(i % WIDTH, Math.floor(i / WIDTH))).flat());
    const image = sharp(raw, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    expectPicture(await decodePicture(await image.clone().png().toBuffer(), 'a.tga'));
    expectPicture(
      await decodePicture(await image.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(), 'a.tga'),
      24,
    );
  });

  it('repairs a truncated PNG and rejects unknown bytes', async () => {
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const warnings: string[] = [];
    const cut = await decodePicture(png.subarray(0, png.length - 30), 'a.png', 'pixels', 'a.png', w => warnings.push(w));
    expect(cut).toMatchObject({ width: 64, height: 64 });
    expect(warnings).toHaveLength(1);
    await expect(decodePicture(Uint8Array.of(1, 2, 3, 4), 'a.png')).rejects.toThrow(
      /no PNG, JPEG, WebP, AVIF, GIF, TIFF, KTX2, BMP or TGA/,
    );
  });

  it('turns a JPEG as its EXIF data says, as browsers do', async () => {
    const jpeg = await sharp({ create: { width: 32, height: 16, channels: 3, background: 'red' } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const warnings: string[] = [];
    const picture = await decodePicture(jpeg, 'a.jpg', 'pixels', 'a.jpg', w => warnings.push(w));
    expect(picture).toMatchObject({ width: 16, height: 32 });
    expect(warnings.join()).toContain('turned as its EXIF data says');
  });

  it('leaves a WebP as it is stored, as browsers do, whatever its size', async () => {
    for (const height of [16, 1152]) {
      const width = height * 2;
      const webp = await sharp({ create: { width, height, channels: 3, background: 'red' } })
        .webp()
        .withMetadata({ orientation: 6 })
        .toBuffer();
      expect(await sharp(webp).metadata()).toMatchObject({ orientation: 6 });
      const warnings: string[] = [];
      const picture = await decodePicture(webp, 'a.webp', 'pixels', 'a.webp', w => warnings.push(w));
      expect(picture.width).toBe(picture.height * 2);
      expect(warnings).toEqual([]);
    }
  });

  it('turns a JPEG that is shrunk while it is decoded', async () => {
    const jpeg = await sharp({ create: { width: 2304, height: 1152, channels: 3, background: 'red' } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const picture = await decodePicture(jpeg, 'a.jpg');
    expect(picture.height).toBe(picture.width * 2);
  });

  it('mixes the inks of a CMYK JPEG as Chromium does, without its profile', async () => {
    const create = { width: 16, height: 16, channels: 3 as const, background: '#dc28c8' };
    const jpeg = await sharp({ create }).withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer();
    const { rgba } = await decodePicture(jpeg, 'a.jpg');
    // What Chromium 156 shows with `colorSpaceConversion: 'none'`, which three.js asks for.
    for (const [k, c] of [184, 44, 255, 255].entries()) expect(Math.abs(rgba[k] - c)).toBeLessThanOrEqual(3);
  });

  it('shows each progressive JPEG that is cut after its first scan', async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 60 * Math.sin(i * i));
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg({ progressive: true, quality: 90 })
      .toBuffer();
    const firstScan = jpeg.indexOf(Uint8Array.of(0xff, 0xda));
    for (let length = firstScan + 20; length < jpeg.length; length += 29) {
      const warnings: string[] = [];
      const picture = await decodePicture(jpeg.subarray(0, length), 'a.jpg', 'pixels', 'a.jpg', w => warnings.push(w));
      expect(picture).toMatchObject({ width: 64, height: 64 });
      expect(warnings.join()).toContain('shown as far as it goes');
    }
  });
});

describe('the size of a picture is told by its header', () => {
  it.each([
    ['a.bmp', bmp(24)],
    ['a.bmp', bmp(8, true)],
    ['a.tga', tga({ type: 10, bits: 24 })],
    ['a.TGA', tga({ type: 2, bits: 32 })],
  ])('%s', async (name, bytes) => {
    expect(await pictureSize(bytes, name)).toEqual([WIDTH, HEIGHT]);
  });

  it('but not by one without pixels, which would take memory from the sum of all', async () => {
    const negative = Buffer.from(bmp(24));
    negative.writeInt32LE(-9000, 18);
    expect(await pictureSize(negative, 'a.bmp')).toBeUndefined();
    const empty = Buffer.from(tga({ type: 2, bits: 24 }));
    empty.writeUInt16LE(0, 12);
    expect(await pictureSize(empty, 'a.tga')).toBeUndefined();
  });
});
