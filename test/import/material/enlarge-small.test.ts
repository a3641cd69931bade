import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { enlargeSmall } from '../../../src/import/material/enlarge-small.ts';
import type { SourcePart, SourceTexture } from '../../../src/import/model/source-model.ts';

/** A triangle whose corners show these places of the texture. */
const part = (uvs: readonly number[]): SourcePart => ({
  material: plainMaterial({ name: 'a' }),
  positions: new Float32Array(9),
  normals: new Float32Array(9),
  uvs: Float32Array.from(uvs),
  index: Uint32Array.of(0, 1, 2),
});
const across = part([0, 0, 1, 0, 0, 1]);

/** Black beside white. */
const texture = (more: Partial<SourceTexture> = {}): SourceTexture => ({
  slot: 'a',
  width: 2,
  height: 1,
  rgba: Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 0),
  ...more,
});
const clamped = { wrapS: 'clamp', wrapT: 'clamp', nearest: false } as const;
const reds = ({ rgba }: SourceTexture): number[] => [...rgba].filter((_, i) => i % 4 === 0);

describe('a texture of few pixels', () => {
  it('is enlarged in linear light where a triangle shows the steps between them', () => {
    const [{ width, height, rgba }] = enlargeSmall([across], [texture({ sampling: clamped })]);
    expect([width, height]).toEqual([32, 16]);
    const row = reds({ slot: '', width, height, rgba }).slice(0, 32);
    expect(row[0]).toBe(0);
    expect(row[31]).toBe(255);
    // Half the light is 188, not 128.
    expect(row[15]).toBeGreaterThan(175);
    expect(row[16]).toBeLessThan(200);
    expect([...row].sort((a, b) => a - b)).toEqual(row);
    // Opacity is no light.
    expect(rgba[15 * 4 + 3]).toBeCloseTo(131, -1);
  });

  it('goes on across its edges where it repeats', () => {
    const [larger] = enlargeSmall([across], [texture()]);
    expect(reds(larger)[0]).toBeGreaterThan(150);
  });

  it.each([
    ['is a palette of which each triangle shows one', [part([0.2, 0.2, 0.3, 0.2, 0.2, 0.3])], texture()],
    ['keeps its pixels square', [across], texture({ sampling: { ...clamped, nearest: true } })],
    [
      'is a light map of odd sides',
      [across],
      texture({ slot: 'a: light', width: 3, rgba: new Uint8Array(12).map((_, i) => i * 20) }),
    ],
    ['has no steps', [across], texture({ rgba: Uint8Array.of(100, 0, 0, 255, 120, 0, 0, 255) })],
    ['is not small', [across], texture({ width: 64, rgba: new Uint8Array(256).map((_, i) => (i & 4 ? 255 : 0)) })],
  ])('stays as it is where it %s', (_, parts, given) => {
    expect(enlargeSmall(parts, [given])).toEqual([given]);
  });

  it('repeats its pixels where it has no filter and sides that are no powers of two', () => {
    const rgba = Uint8Array.of(9, 0, 0, 255, 99, 0, 0, 255, 200, 0, 0, 255);
    const [larger] = enlargeSmall([across], [texture({ width: 3, rgba, sampling: { ...clamped, nearest: true } })]);
    expect([larger.width, larger.height]).toEqual([256, 1]);
    // Its steps lie within half a pixel of 256 where they were.
    expect(reds(larger).indexOf(99)).toBe(85);
    expect(reds(larger).indexOf(200)).toBe(171);
    expect(new Set(reds(larger))).toEqual(new Set([9, 99, 200]));
  });

  it('is one picture for all materials that share it', () => {
    const given = texture();
    const [a, b] = enlargeSmall([across], [given, { ...given }]);
    expect(a.rgba).toBe(b.rgba);
  });

  it('is enlarged to powers of two at once where its sides are none', () => {
    const rgba = Uint8Array.from({ length: 40 * 24 * 4 }, (_, i) => (i % 4 === 3 || (i >> 2) % 2 ? 255 : 0));
    const [larger] = enlargeSmall([across], [texture({ width: 40, height: 24, rgba })]);
    expect([larger.width, larger.height]).toEqual([256, 128]);
    // Half way between black and white is half the light.
    expect(reds(larger).some(red => Math.abs(red - 188) < 4)).toBe(true);
  });

  it('keeps the colours of a palette whose sides are no powers of two', () => {
    const rgba = Uint8Array.from({ length: 9 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 97) % 256));
    const middles = [0, 1, 2].map(c => (c + 0.5) / 3);
    const parts = middles.map(u => part([u, 0.5, u, 0.5, u, 0.5]));
    const [larger] = enlargeSmall(parts, [texture({ width: 3, height: 3, rgba })]);
    expect([larger.width, larger.height]).toEqual([16, 16]);
    const around = (u: number): number[] => [-1, 0].map(d => reds(larger)[8 * 16 + Math.round(u * 16) + d]);
    for (const [c, u] of middles.entries()) expect(new Set(around(u))).toEqual(new Set([rgba[(3 + c) * 4]]));
  });

  it('is no palette where small triangles show the places between its pixels', () => {
    const rgba = Uint8Array.from({ length: 3 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 2) * 120));
    const parts = [0.1, 0.2, 0.3, 0.4].map(u => part([u, 0.5, u + 0.1, 0.5, u, 0.5]));
    const [larger] = enlargeSmall(parts, [texture({ width: 3, height: 1, rgba })]);
    expect(new Set(reds(larger)).size).toBeGreaterThan(10);
  });
});
