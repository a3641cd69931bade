import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { gunzip } from '../../src/assets/gunzip.ts';
import { MAX_DECODED_BYTES } from '../../src/assets/limits.ts';
import { FormatError } from '../../src/core/errors.ts';
import { packGlb } from '../../src/import/write/glb/pack-glb.ts';

const plain = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251);

describe('resources that are gzip files', () => {
  it('unpack to what was packed; other bytes stay as they are', async () => {
    expect(await gunzip(new Uint8Array(packGlb(plain)), 'a.glbz')).toEqual(plain);
    expect(await gunzip(plain, 'a.glb')).toBe(plain);
    expect(await gunzip(new Uint8Array(1), 'a.glb')).toEqual(new Uint8Array(1));
  });

  it('unpack in browsers without DecompressionStream', async () => {
    vi.stubGlobal('DecompressionStream', undefined);
    expect(await gunzip(new Uint8Array(gzipSync(plain)), 'a.glbz')).toEqual(plain);
    vi.unstubAllGlobals();
  });

  it.each([
    ['cut', (file: Uint8Array) => file.slice(0, file.length >> 1)],
    ['two bytes', (file: Uint8Array) => file.slice(0, 2)],
    ['damaged', (file: Uint8Array) => file.fill(0xff, 40, 60)],
    ['longer than it says', (file: Uint8Array) => file.fill(1, file.length - 4)],
    ['of a false length that is too large', (file: Uint8Array) => file.fill(0xff, file.length - 4)],
  ])('are refused where they are broken: %s', async (_, spoil) => {
    const file = new Uint8Array(spoil(new Uint8Array(gzipSync(plain))));
    await expect(gunzip(file, 'bad.glbz')).rejects.toThrow(FormatError);
  });

  it('are refused where they unpack to more than a resource may', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(MAX_DECODED_BYTES + 1)));
    await expect(gunzip(bomb, 'bomb.glbz')).rejects.toThrow('unpacks to too much');
  });
});
