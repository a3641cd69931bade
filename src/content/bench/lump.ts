/** Stones of a given size in bytes, for the benches. */

import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../assets/meshes/plain-material.ts';
import type { Random } from '../../core/random.ts';
import type { SourcePart } from '../../import/model/source-model.ts';
import type { Vec3 } from '../geometry/patch.ts';

/** Bytes of a vertex of `lump` in the file, including its share of the index and of the coarser levels; measured. */
const BYTES_A_VERTEX = 21.3;

/**
 * Builds a rough stone that stands on the floor, with one part a slot from bottom to top. Positions, normals, texture coordinates
 * and colours have noise. So the file has about `bytes` bytes, whatever the mesh compression.
 *
 * @param size - width, height, depth; metres.
 */
export function lump(slots: readonly string[], bytes: number, size: Vec3, random: Random): SourcePart[] {
  const vertices = Math.max(24, bytes / BYTES_A_VERTEX);
  const rows = Math.max(3, Math.round(Math.sqrt(vertices / 2)));
  const columns = 2 * rows;
  const phases = Array.from({ length: 6 }, () => random() * 2 * Math.PI);
  return slots.map((slot, s) => {
    const first = Math.round((rows * s) / slots.length);
    const last = Math.round((rows * (s + 1)) / slots.length);
    return rings(slot, { first, last, rows, columns }, size, phases, random);
  });
}

function rings(
  slot: string,
  { first, last, rows, columns }: { first: number; last: number; rows: number; columns: number },
  size: Vec3,
  phases: readonly number[],
  random: Random,
): SourcePart {
  const out = {
    positions: [] as number[],
    normals: [] as number[],
    uvs: [] as number[],
    colors: [] as number[],
    index: [] as number[],
  };
  const noise = (amplitude: number): number => (random() - 0.5) * 2 * amplitude;
  for (let row = first; row <= last; row++) {
    const down = Math.PI * (1 - row / rows);
    for (let column = 0; column <= columns; column++) {
      const around = (2 * Math.PI * column) / columns;
      const n = [Math.sin(down) * Math.sin(around), Math.cos(down), Math.sin(down) * Math.cos(around)];
      const swell =
        Math.sin(3 * around + phases[0]) + Math.sin(5 * down + phases[1]) + Math.sin(2 * around + 4 * down + phases[2]);
      const radius = 0.46 + 0.012 * swell + noise(0.003);
      out.positions.push(n[0] * radius * size[0], (n[1] * radius + 0.5) * size[1], n[2] * radius * size[2]);
      const rough = n.map(x => x + noise(0.1));
      const length = Math.hypot(...rough);
      out.normals.push(...rough.map(x => x / length));
      out.uvs.push(column / columns + noise(0.0005), 1 - row / rows + noise(0.0005));
      const light = 0.75 + 0.25 * n[1];
      out.colors.push(light - random() * 0.1, light - random() * 0.1, light - random() * 0.1, 1);
      if (row === last || column === columns) continue;
      const a = (row - first) * (columns + 1) + column;
      const b = a + columns + 1;
      if (row > 0) out.index.push(a, a + 1, b + 1);
      if (row < rows - 1) out.index.push(a, b + 1, b);
    }
  }
  return {
    material: surfaceNamed(slot),
    positions: Float32Array.from(out.positions),
    normals: Float32Array.from(out.normals),
    uvs: Float32Array.from(out.uvs),
    colors: Float32Array.from(out.colors, x => Math.max(0, x)),
    index: Uint32Array.from(out.index),
  };
}

/** Describes an opaque surface with nothing but its texture. */
export const surfaceNamed = (name: string): MaterialDescription => plainMaterial({ name });
