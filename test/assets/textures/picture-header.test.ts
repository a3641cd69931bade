import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPictureHeader } from '../../../src/assets/textures/picture-header.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';

const picture = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 200, g: 90, b: 30, alpha: 0.5 } } });

describe('readPictureHeader', () => {
  it.each([
    ['image/png', () => picture(300, 7).png()],
    ['image/jpeg', () => picture(300, 7).jpeg()],
    ['image/jpeg', () => picture(300, 7).withMetadata({ orientation: 1 }).jpeg({ progressive: true })],
    ['image/webp', () => picture(300, 7).webp()],
    ['image/webp', () => picture(300, 7).webp({ lossless: true })],
    ['image/webp', () => picture(300, 7, 4).webp()],
  ] as const)('reads %s', async (type, make) => {
    expect(readPictureHeader(new Uint8Array(await make().toBuffer()), 'p')).toEqual({ type, width: 300, height: 7 });
  });

  it('cut or spoilt: a header or a FormatError', async () => {
    const random = seededRandom(3);
    const files = await Promise.all([picture(9, 9).png(), picture(9, 9).jpeg(), picture(9, 9).webp()].map(p => p.toBuffer()));
    for (let round = 0; round < 600; round++) {
      const bytes = new Uint8Array(files[round % 3]).slice(0, Math.floor(random() * 120));
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        readPictureHeader(bytes, 'p');
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
    expect(() => readPictureHeader(new Uint8Array([1, 2, 3]), 'p.png')).toThrow(
      'no PNG, JPEG or WebP at byte 0, got [1,2,3]: p.png',
    );
    expect(() => readPictureHeader(new Uint8Array(files[1]).subarray(0, 30), 'p.jpg')).toThrow('cut before its size');
  });
});
