import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TileCache } from '../../../src/render/impostors/tile-cache.ts';

describe('TileCache', () => {
  it('evicts the tile that was shown longest ago, never one of this frame', () => {
    const cache = new TileCache(2, 100);
    const a = cache.take(7, 1);
    const b = cache.take(8, 2);
    expect(new Set([a, b]).size).toBe(2);
    expect(cache.find(7, 3)).toBe(a);
    expect(cache.take(9, 4)).toBe(b);
    expect(cache.find(8, 4)).toBe(-1);
    expect(cache.find(7, 4)).toBe(a);
    expect(cache.take(10, 4)).toBe(-1);
    expect(cache.size).toBe(2);
  });

  it('makes an expired picture again in its own tile', () => {
    const cache = new TileCache(4, 10);
    const tile = cache.take(5, 0);
    expect(cache.find(5, 10)).toBe(tile);
    expect(cache.find(5, 11)).toBe(-1);
    expect(cache.take(5, 11)).toBe(tile);
    expect(cache.find(5, 12)).toBe(tile);
    cache.clear();
    expect(cache.find(5, 12)).toBe(-1);
  });

  it('never shows one key in the tile of another', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(12), fc.nat(2)), { maxLength: 60 }), steps => {
        const cache = new TileCache(4, 5);
        const content = new Map<number, number>();
        let frame = 0;
        for (const [key, passed] of steps) {
          frame += passed;
          let tile = cache.find(key, frame);
          if (tile >= 0) expect(content.get(tile)).toBe(key);
          else if ((tile = cache.take(key, frame)) >= 0) content.set(tile, key);
        }
      }),
    );
  });
});
