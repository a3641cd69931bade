/** Moves parts by the transforms of nodes. */
import { mat3, type mat4, vec3 } from 'gl-matrix';
import type { SourcePart } from '../model/source-model.ts';

/** Transforms the part by `matrix`. A mirroring matrix also reverses the winding, so that the front stays in front. */
export function transformPart(part: SourcePart, matrix: mat4): SourcePart {
  const normalMatrix = mat3.normalFromMat4(mat3.create(), matrix) ?? mat3.create();
  const direction = mat3.fromMat4(mat3.create(), matrix);
  const map = (values: Float32Array, change: (v: vec3) => void): Float32Array => {
    const out = values.slice();
    for (let i = 0; i < out.length; i += 3) change(out.subarray(i, i + 3) as vec3);
    return out;
  };
  const index = mat3.determinant(direction) < 0 ? turnedRound(part.index) : part.index.slice();
  return {
    ...part,
    positions: map(part.positions, v => vec3.transformMat4(v, v, matrix)),
    normals: map(part.normals, v => vec3.normalize(v, vec3.transformMat3(v, v, normalMatrix))),
    ...(part.morphTargets
      ? {
          morphTargets: part.morphTargets.map(t => ({
            name: t.name,
            positions: map(t.positions, v => vec3.transformMat3(v, v, direction)),
            ...(t.normals ? { normals: map(t.normals, v => vec3.transformMat3(v, v, normalMatrix)) } : {}),
          })),
        }
      : {}),
    index,
  };
}

/** Returns the triangles with reversed winding. */
export function turnedRound(index: Uint32Array): Uint32Array {
  const out = index.slice();
  for (let i = 0; i < out.length; i += 3) [out[i + 1], out[i + 2]] = [out[i + 2], out[i + 1]];
  return out;
}
