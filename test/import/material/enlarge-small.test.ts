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
    ['has no steps', [across], texture({ rgba: Uint8Array.of(100, 0, 0, 255, 120, 0, 0, 255) })],
    ['is not small', [across], texture({ width: 64, rgba: new Uint8Array(256).map((_, i) => (i & 4 ? 255 : 0)) })],
  ])('stays as it is where it %s', (_, parts, given) => {
    expect(enlargeSmall(parts, [given])).toEqual([given]);
  });

  it('repeats its pixels where it has no filter and sides that are no powers of two', () => {
    const rgba = Uint8Array.of(9, 0, 0, 255, 99, 0, 0, 255, 200, 0, 0, 255);
    const [larger] = enlargeSmall([across], [texture({ width: 3, rgba, sampling: { ...clamped, nearest: true } })]);
    expect([larger.width, larger.height]).toEqual([16, 1]);
    expect(reds(larger)).toEqual([9, 9, 9, 9, 9, 99, 99, 99, 99, 99, 99, 200, 200, 200, 200, 200]);
  });

  it('is one picture for all materials that share it', () => {
    const given = texture();
    const [a, b] = enlargeSmall([across], [given, { ...given }]);
    expect(a.rgba).toBe(b.rgba);
  });
});
