/** Reads the triangles of a glTF primitive. */

import { Primitive } from '@gltf-transform/core';
import { countedAre } from '../../core/counted.ts';
import type { Warn } from '../report/warnings.ts';

/**
 * Returns the triangles of a list, a strip or a fan; undefined for points and lines. The largest index of its type restarts a
 * strip or fan (KHR_mesh_primitive_restart). Triangles with missing vertices, or with vertices in `nowhere`, are left out.
 */
export function readTriangles(
  primitive: Primitive,
  count: number,
  nowhere: ReadonlySet<number>,
  at: string,
  warn: Warn,
): Uint32Array | undefined {
  const all = allTriangles(primitive, count);
  if (!all) return undefined;
  let kept = 0;
  for (let i = 0; i + 2 < all.length; i += 3) {
    const isThere = (v: number) => v < count && !nowhere.has(v);
    if (!isThere(all[i]) || !isThere(all[i + 1]) || !isThere(all[i + 2])) continue;
    all.copyWithin(kept, i, i + 3);
    kept += 3;
  }
  const lost = Math.floor(all.length / 3) - kept / 3;
  if (lost > 0) warn(`${at}: ${countedAre(lost, 'triangle')} left out: a vertex is not there, or is no number`);
  return all.subarray(0, kept);
}

function allTriangles(primitive: Primitive, count: number): Uint32Array | undefined {
  const indices = primitive.getIndices()?.getArray();
  const source = indices ? Uint32Array.from(indices) : Uint32Array.from({ length: count }, (_, i) => i);
  const mode = primitive.getMode();
  const strip = mode === Primitive.Mode.TRIANGLE_STRIP;
  const fan = mode === Primitive.Mode.TRIANGLE_FAN;
  const restart = indices && (strip || fan) ? 2 ** (8 * indices.BYTES_PER_ELEMENT) - 1 : Number.NaN;
  if (mode === Primitive.Mode.TRIANGLES) return source.subarray(0, source.length - (source.length % 3));
  if (!strip && !fan) return undefined;
  const out: number[] = [];
  let first = 0;
  for (let i = 0; i + 2 < source.length; i++) {
    const corners = [source[i], source[i + 1], source[i + 2]];
    const last = corners.lastIndexOf(restart);
    if (last >= 0) {
      first = i + last + 1;
      i = first - 1;
    } else if (fan) out.push(corners[1], corners[2], source[first]);
    else if ((i - first) % 2 === 0) out.push(...corners);
    else out.push(corners[1], corners[0], corners[2]);
  }
  return Uint32Array.from(out);
}
