import { CylinderGeometry } from 'three';
import { describe, expect, it } from 'vitest';
import { lockSeams } from '../../../../src/import/write/levels/lock-seams.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import type { PackedPart } from '../../../../src/import/write/meshes/packed-part.ts';
import { material } from '../fixtures.ts';

/** A level grid of `columns` x `rows` squares whose first corner is at `x`. */
function grid(columns: number, rows: number, x = 0, turned = false): PackedPart {
  const place = (c: number, r: number): number => r * (columns + 1) + c;
  const data = Int16Array.from({ length: (columns + 1) * (rows + 1) * 3 }, (_, i) => {
    const vertex = Math.floor(i / 3);
    return [x + (vertex % (columns + 1)), Math.floor(vertex / (columns + 1)), 0][i % 3];
  });
  const squares = Array.from({ length: columns * rows }, (_, i) => [i % columns, Math.floor(i / columns)]);
  const corners = squares.flatMap(([c, r]) => [place(c, r), place(c + 1, r), place(c, r + 1), place(c, r + 1), place(c + 1, r), place(c + 1, r + 1)]); // biome-ignore format: one line
  const index = Uint32Array.from(corners);
  if (turned) index.reverse();
  return { material: material('m'), attributes: { POSITION: { data, size: 3, normalized: true } }, morphs: [], index };
}

const locked = (lock: Uint8Array, columns: number): string[] =>
  [...lock].flatMap((is, v) => (is === 1 ? [`${v % (columns + 1)} ${Math.floor(v / (columns + 1))}`] : []));

describe('lockSeams', () => {
  it('locks the line along which two parts meet', () => {
    const [left, right] = lockSeams([grid(2, 3), grid(2, 3, 2)]);
    expect(locked(left, 2)).toEqual(['2 0', '2 1', '2 2', '2 3']);
    expect(locked(right, 2)).toEqual(['0 0', '0 1', '0 2', '0 3']);
  });

  it('locks nothing of a part that stands alone', () => {
    expect(lockSeams([grid(2, 3), grid(2, 3, 9)]).every(lock => !lock.includes(1))).toBe(true);
  });

  it('locks the outline alone where a part is the back of another', () => {
    for (const lock of lockSeams([grid(3, 3), grid(3, 3, 0, true)])) {
      expect(locked(lock, 3)).toHaveLength(12);
      expect(lock[5]).toBe(0);
    }
  });

  it('locks the seam of a part that has its back with it', () => {
    const front = grid(2, 2);
    const both = { ...front, index: Uint32Array.from([...front.index, ...front.index.slice().reverse()]) };
    expect(locked(lockSeams([both, grid(2, 2, 2)])[0], 2)).toEqual(['2 0', '2 1', '2 2']);
  });
});

it('a double-sided figure of more vertices than 16-bit indices reach has levels of detail', async () => {
  const tube = new CylinderGeometry(0.3, 0.3, 1.8, 180, 374, true);
  const position = Float32Array.from(tube.attributes.position.array);
  const count = position.length / 3;
  const part = {
    material: { ...material('cloth'), doubleSided: true },
    positions: position,
    normals: Float32Array.from(tube.attributes.normal.array),
    index: Uint32Array.from(tube.index?.array ?? []),
    joints: new Uint16Array(count * 4),
    weights: Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  };
  const skin = { joints: ['root'], inverseBind: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) };
  const mesh = await writeMesh({ name: 'cloth', parts: [part], textures: [], skin }, { count: 3, maxError: 0.1, maxWeights: 4 });
  expect(mesh.vertices).toBeGreaterThan(65_535);
  expect(mesh.parts).toBeGreaterThan(1);
  expect(mesh.levels).toBe(4);
});
