import { describe, expect, it } from 'vitest';
import { packTexture, unpackTexture } from '../../../src/assets/textures/packed-texture.ts';
import type { CompressedTexture } from '../../../src/assets/textures/texture-asset.ts';
import { FormatError } from '../../../src/core/errors.ts';

/** A texture whose level n is filled with n + 1. */
function texture(format: 'dxt1' | 'dxt5', width: number, height: number): CompressedTexture {
  const levels: Uint8Array[] = [];
  for (let level = 0; Math.max(width, height) >> level > 0; level++) {
    const blocks = Math.max(1, (width >> level) / 4) * Math.max(1, (height >> level) / 4);
    levels.push(new Uint8Array(blocks * (format === 'dxt1' ? 8 : 16)).fill(level + 1));
  }
  return { kind: 'compressed', format, width, height, levels };
}

describe('a packed texture', () => {
  it.each([
    ['dxt1', 32, 8],
    ['dxt5', 4, 4],
    ['dxt1', 2048, 4],
  ] as const)('is read as it was: %s, %d x %d', (format, width, height) => {
    const whole = texture(format, width, height);
    const bytes = packTexture(whole);
    expect(unpackTexture(bytes, 'a.ktx2')).toEqual(whole);
    // As a view that begins anywhere.
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(unpackTexture(shifted.subarray(3), 'a.ktx2')).toEqual(whole);
  });

  const good = packTexture(texture('dxt1', 32, 8));
  const changed = (at: number, value: number) => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setUint32(at, value, true);
    return bytes;
  };
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a cut header', good.subarray(0, 11)],
    ['a cut level', good.subarray(0, good.length - 1)],
    ['more than its levels', Uint8Array.of(...good, 0)],
    ['an unknown format', changed(0, 2)],
    ['no width', changed(4, 0)],
    ['a width that is no power of two', changed(4, 33)],
    ['a width past all limits', changed(4, 2 ** 31)],
    ['a height past all limits', changed(8, 4096)],
    ['another size', changed(8, 16)],
  ])('is refused with %s', (_, bytes) => {
    expect(() => unpackTexture(bytes, 'a.ktx2')).toThrow(FormatError);
  });
});
