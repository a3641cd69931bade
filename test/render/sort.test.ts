import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RadixSort } from '../../src/render/frame/radix-sort.ts';
import { drawKey, PASS_BLENDED, PASS_FLOOR, PASS_MASKED, PASS_OPAQUE } from '../../src/render/frame/sort-key.ts';

describe('RadixSort', () => {
  it('sorts any keys, smallest first, and keeps the order of equal ones', () => {
    const sort = new RadixSort();
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(5), fc.integer({ min: 0, max: 0xffffffff })), { maxLength: 700 }), values => {
        const keys = Uint32Array.from(values);
        const expected = values.map((_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
        expect(Array.from(sort.sort(keys, keys.length).subarray(0, keys.length))).toEqual(expected);
      }),
    );
  });

  it('sorts only the first `count`', () => {
    expect(Array.from(new RadixSort().sort(Uint32Array.of(9, 3, 5, 1), 3).subarray(0, 3))).toEqual([1, 2, 0]);
  });
});

describe('drawKey', () => {
  it('draws opaque, then masked, then surfaces on the floor, then blended', () => {
    const keys = [PASS_OPAQUE, PASS_MASKED, PASS_FLOOR, PASS_BLENDED].map(pass => drawKey(pass, 100, 200, 300, 4));
    expect([...keys].sort((a, b) => a - b)).toEqual(keys);
  });

  it('draws the nearest opaque and the farthest blended first', () => {
    expect(drawKey(PASS_OPAQUE, 1, 1, 1, 2)).toBeLessThan(drawKey(PASS_OPAQUE, 1, 1, 1, 3));
    expect(drawKey(PASS_BLENDED, 1, 1, 1, 3)).toBeLessThan(drawKey(PASS_BLENDED, 9, 9, 9, 2.999));
    // At any distance: panes of glass across a valley.
    const panes = [0, 0.01, 2, 255, 300, 301, 5000, 5001, 1e6, Number.POSITIVE_INFINITY].map(d =>
      drawKey(PASS_BLENDED, 1, 1, 1, d),
    );
    expect([...panes].sort((a, b) => b - a)).toEqual(panes);
    expect(new Set(panes).size).toBe(panes.length);
  });

  it('keeps the calls of a program together at any depth', () => {
    const of = (program: number) => [drawKey(PASS_OPAQUE, program, 3, 4, 0), drawKey(PASS_OPAQUE, program, 3, 4, 200)];
    const [[firstNear, firstFar], [secondNear, secondFar]] = [of(1), of(515)];
    expect(firstFar < secondNear || secondFar < firstNear).toBe(true);
  });

  it('returns an unsigned 32-bit number for every input, behind the camera too', () => {
    for (const depth of [-5, 0, 1, 1e9, Number.NaN]) {
      for (const pass of [PASS_OPAQUE, PASS_MASKED, PASS_FLOOR, PASS_BLENDED]) {
        const key = drawKey(pass, 639, 1e6, 1e6, depth);
        expect(key).toBe(key >>> 0);
        expect(key >>> 30).toBe(pass);
      }
    }
  });
});
