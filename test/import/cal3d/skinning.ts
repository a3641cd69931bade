/**
 * Cal3D's skinning, straight from the library's manual, in doubles and in Cal3D's own space; shares no code with the importer.
 *
 *   rotate(q, v): the matrix of q as Cal3D has it, which is the transpose of the usual one
 *   absolute rotation and translation of a bone: local first, then the parent's
 *   a vertex: sum of weight * absolute(bone space(vertex))
 */
import type { Cal3dAnimation, Cal3dMesh, Cal3dSkeleton } from '../../../src/import/cal3d/cal3d-file.ts';

type Vec = readonly number[];
type Matrix = readonly Vec[];

/** Rows of the matrix of q, Cal3D's way. */
function matrix([x, y, z, w]: Vec): Matrix {
  return [
    [1 - 2 * y * y - 2 * z * z, 2 * x * y + 2 * z * w, 2 * x * z - 2 * y * w],
    [2 * x * y - 2 * z * w, 1 - 2 * x * x - 2 * z * z, 2 * y * z + 2 * x * w],
    [2 * x * z + 2 * y * w, 2 * y * z - 2 * x * w, 1 - 2 * x * x - 2 * y * y],
  ];
}

const apply = (m: Matrix, v: Vec): Vec => m.map(row => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
const add = (a: Vec, b: Vec): Vec => a.map((v, i) => v + b[i]);
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map(row => [0, 1, 2].map(c => row[0] * b[0][c] + row[1] * b[1][c] + row[2] * b[2][c]));
const unit = (v: Vec): Vec => v.map(c => c / Math.hypot(...v));

export interface BonePose {
  readonly translation: Vec;
  readonly rotation: Vec;
}

/** Each bone's local translation and rotation at `seconds`, which must be the time of a key of every track that has more than one. */
export function poseAt(skeleton: Cal3dSkeleton, animation: Cal3dAnimation | undefined, key: number): BonePose[] {
  return skeleton.bones.map((bone, i) => {
    const track = animation?.tracks.find(t => t.bone === i);
    if (!track) return bone;
    const k = Math.min(key, track.times.length - 1);
    return { translation: track.translations.slice(3 * k, 3 * k + 3), rotation: track.rotations.slice(4 * k, 4 * k + 4) };
  });
}

/** Positions and unit normals of every submesh, 3 a vertex, z up, in the file's unit. */
export function skin(
  skeleton: Cal3dSkeleton,
  mesh: Cal3dMesh,
  pose: readonly BonePose[],
): { positions: number[]; normals: number[] }[] {
  const absolute = (i: number): { r: Matrix; t: Vec } => {
    const r = matrix(unit(pose[i].rotation));
    const { parent } = skeleton.bones[i];
    if (parent < 0) return { r, t: pose[i].translation };
    const above = absolute(parent);
    return { r: times(above.r, r), t: add(apply(above.r, pose[i].translation), above.t) };
  };
  const bones = skeleton.bones.map((bone, i) => ({
    ...absolute(i),
    into: matrix(unit(bone.boneSpaceRotation)),
    offset: bone.boneSpaceTranslation,
  }));
  return mesh.submeshes.map(s => {
    const positions: number[] = [];
    const normals: number[] = [];
    for (let v = 0; v < s.positions.length / 3; v++) {
      let p: Vec = [0, 0, 0];
      let n: Vec = [0, 0, 0];
      for (let k = s.influenceStart[v]; k < s.influenceStart[v + 1]; k++) {
        const bone = bones[s.influenceBones[k]];
        const weight = s.influenceWeights[k];
        const at = add(apply(bone.r, add(apply(bone.into, [...s.positions.subarray(3 * v, 3 * v + 3)]), bone.offset)), bone.t);
        const normal = apply(bone.r, apply(bone.into, [...s.normals.subarray(3 * v, 3 * v + 3)]));
        p = add(
          p,
          at.map(c => c * weight),
        );
        n = add(
          n,
          normal.map(c => c * weight),
        );
      }
      positions.push(...p);
      normals.push(...(Math.hypot(...n) > 0 ? unit(n) : n));
    }
    return { positions, normals };
  });
}
