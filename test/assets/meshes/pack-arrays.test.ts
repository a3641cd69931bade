import { expect, it } from 'vitest';
import type { MeshPart, VertexAttributes } from '../../../src/assets/meshes/mesh-asset.ts';
import { packArrays } from '../../../src/assets/meshes/pack-arrays.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';

/** Two levels that share their vertices, of numbers of three sizes. */
function part(count: number): MeshPart {
  const attributes: VertexAttributes = {
    POSITION: { array: Int16Array.from({ length: count * 3 }, (_, i) => i), itemSize: 3, normalized: true },
    NORMAL: { array: Int8Array.from({ length: count * 3 }, (_, i) => i), itemSize: 3, normalized: true },
    TEXCOORD_0: { array: Float32Array.from({ length: count * 2 }, (_, i) => i / 7), itemSize: 2, normalized: false },
  };
  const index = Uint16Array.of(0, 1, 2, 2, 1, 0);
  return preparePart({
    material: plainMaterial(),
    levels: [
      { index, error: 0, attributes },
      { index: index.slice(3), error: 0.1, attributes },
    ],
    transform: new Float32Array(16),
    skin: undefined,
    morphTargets: [],
    bounds: { min: [0, 0, 0], max: [1, 1, 1] },
  });
}

it('puts vertices into one buffer and indices into another, without gaps, and changes no number', () => {
  // Three vertices take 9 bytes of normals: only behind larger numbers is there no gap.
  const after = [part(3), part(5)];
  packArrays(after);
  expect(after).toEqual([part(3), part(5)]);
  const levels = after.flatMap(p => p.levels);
  const vertices = new Set(levels.flatMap(l => Object.values(l.attributes).map(a => a.array)));
  for (const arrays of [vertices, new Set(levels.map(l => l.index))]) {
    const [buffer, ...others] = new Set([...arrays].map(a => a.buffer));
    expect(others).toEqual([]);
    expect(buffer.byteLength).toBe([...arrays].reduce((sum, a) => sum + a.byteLength, 0));
  }
  expect(vertices.size).toBe(6);
  expect(levels[0].attributes.POSITION).toBe(levels[1].attributes.POSITION);
});
