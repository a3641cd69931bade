/** Large pictures made by code, as files. */
import sharp from 'sharp';
import { seededRandom } from '../../../src/core/random.ts';

/**
 * A picture of waves and fine noise, so that it compresses about as a photograph does.
 * @param kind - `png16` has 16 bits a channel.
 */
export async function largePicture(side: number, kind: 'jpeg' | 'png' | 'png16', seed = 1): Promise<Uint8Array> {
  const random = seededRandom(seed);
  // A tile is repeated: noise of a whole picture takes longer to make than to import.
  const tile = 512;
  const rgb = new Uint8Array(tile * tile * 3);
  const waves = Array.from({ length: 6 }, () => [random() * 0.1, random() * 0.1, random() * 6, Math.floor(random() * 3)]);
  for (let y = 0, at = 0; y < tile; y++)
    for (let x = 0; x < tile; x++, at += 3) {
      for (let c = 0; c < 3; c++) rgb[at + c] = 100 + random() * 12;
      for (const [a, b, shift, c] of waves) rgb[at + c] += 20 * Math.sin(a * x + b * y + shift);
    }
  const part = await sharp(rgb, { raw: { width: tile, height: tile, channels: 3 } })
    .png()
    .toBuffer();
  const whole = sharp({ create: { width: side, height: side, channels: 3, background: '#000' }, limitInputPixels: false });
  whole.composite([{ input: part, tile: true }]);
  if (kind === 'jpeg') return whole.jpeg({ quality: 90 }).toBuffer();
  return (kind === 'png16' ? whole.toColourspace('rgb16') : whole).png({ compressionLevel: 1 }).toBuffer();
}
