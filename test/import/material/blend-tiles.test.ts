import { expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { blendTiles } from '../../../src/import/material/blend-tiles.ts';
import type { SourcePart, SourceTexture } from '../../../src/import/model/source-model.ts';

const part = (to: number, more: Partial<SourcePart> = {}): SourcePart => ({
  material: plainMaterial({ name: 'tiles' }),
  positions: new Float32Array(9),
  normals: new Float32Array(9),
  uvs: Float32Array.of(-1, 0, to, 0, 0, 1),
  index: Uint32Array.of(0, 1, 2),
  ...more,
});
const texture: SourceTexture = { slot: 'tiles', width: 1, height: 1, rgba: new Uint8Array(4) };
const nearest = { wrapS: 'clamp', wrapT: 'repeat', nearest: true } as const;

it('blends mip levels of textures that repeat over what stands still', () => {
  expect(blendTiles([part(1), part(3)], [texture])).toEqual([
    { ...texture, sampling: { wrapS: 'repeat', wrapT: 'repeat', nearest: false, minify: 'blend' } },
  ]);
  const wrapped = { ...nearest, nearest: false };
  expect(blendTiles([part(3)], [{ ...texture, sampling: wrapped }])[0].sampling).toEqual({ ...wrapped, minify: 'blend' });
});

it.each([
  ['repeats less than four times', [part(2.9)], texture],
  ['lies on what moves', [part(9, { joints: new Uint16Array(12) })], texture],
  ['is another', [part(9, { material: plainMaterial({ name: 'wall' }) })], texture],
  ['is not filtered', [part(9)], { ...texture, sampling: nearest }],
])('leaves a texture that %s', (_, parts, given) => {
  expect(blendTiles(parts, [given])[0]).toBe(given);
});
