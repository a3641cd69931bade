import sharp, { type Metadata } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/import/picture/decode-picture.ts';
import { type PictureUse, shrunkPicture } from '../../../src/import/picture/shrunk-picture.ts';

/** Columns of white at `alpha` and of opaque black, alternating, 4096 x 1024. */
async function stripes(alpha: number): Promise<Uint8Array> {
  const rgba = new Uint8Array(4096 * 1024 * 4);
  for (let at = 0; at < rgba.length; at += 8) rgba.set([255, 255, 255, alpha, 0, 0, 0, 255], at);
  return sharp(rgba, { raw: { width: 4096, height: 1024, channels: 4 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

describe('a picture that is larger than any texture', () => {
  const [half, clear] = [stripes(255), stripes(0)];

  it.each<[PictureUse, number, number]>([
    // Half the light is 188 in sRGB; a transparent white is no colour, unless alpha does not count.
    ['colour', 188, 0],
    ['opaque', 188, 188],
    ['data', 128, 128],
  ])('is decoded at the size of its texture, as %s', async (use, opaque, transparent) => {
    for (const [bytes, expected] of [
      [await half, opaque],
      [await clear, transparent],
    ] as const) {
      const picture = await decodePicture(bytes, 'a.png', 'pixels', 'a.png', undefined, use);
      expect([picture.width, picture.height]).toEqual([2048, 512]);
      const middle = picture.rgba[(256 * 2048 + 1024) * 4];
      expect(Math.abs(middle - expected)).toBeLessThan(6);
    }
  });

  it('shrinks a bitmap too, which sharp cannot read', async () => {
    const bmp = Buffer.alloc(54 + 4096 * 4 * 3);
    bmp.write('BM');
    for (const [at, value] of [
      [10, 54],
      [14, 40],
      [18, 4096],
      [22, 4],
      [26, 24 * 65536 + 1],
    ])
      bmp.writeUInt32LE(value, at); // prettier-ignore
    bmp.fill(200, 54);
    const { width, height, rgba } = await decodePicture(bmp, 'a.bmp');
    expect([width, height, rgba[0]]).toEqual([2048, 2, 200]);
  });

  it.each<Partial<Metadata>>([
    { format: 'jpeg', isProgressive: true, chromaSubsampling: '4:4:4', channels: 3 },
    { format: 'png', isProgressive: true, channels: 4 },
    { format: 'webp', channels: 3 },
  ])('is refused where its decoder would hold it whole: %o', async form => {
    const about = { isProgressive: false, width: 16_000, height: 16_000, depth: 'uchar', ...form } as Metadata;
    const open = () => expect.unreachable();
    await expect(shrunkPicture(open, about, 'colour', { url: 'a.glb', at: 'image b' })).rejects.toThrow(
      /decoding it takes \d+ MB: save it smaller/,
    );
  });
});
