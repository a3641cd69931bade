import { mat4, type quat, vec3 } from 'gl-matrix';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import type { SourceAvatar } from '../../../src/import/model/source-model.ts';

/** The usual skinning of what the importer made, in our space: standard quaternions, parents first, inverse bind matrices. */
export function poseSource(
  avatar: SourceAvatar,
  clip: AnimationAsset | undefined,
  seconds: number,
): { positions: number[]; normals: number[] }[] {
  const { names, parents, translations, rotations } = avatar.skeleton;
  const world: mat4[] = [];
  names.forEach((name, joint) => {
    const t = sample(clip, name, 'translation', seconds) ?? [...translations.subarray(3 * joint, 3 * joint + 3)];
    const q = sample(clip, name, 'rotation', seconds) ?? [...rotations.subarray(4 * joint, 4 * joint + 4)];
    const local = mat4.fromRotationTranslation(mat4.create(), q as quat, t as vec3);
    world.push(parents[joint] < 0 ? local : mat4.multiply(mat4.create(), world[parents[joint]], local));
  });
  const { parts, skin } = avatar.outfit[0].product;
  const palette = skin!.joints.map((name, j) =>
    mat4.multiply(mat4.create(), world[names.indexOf(name)], skin!.inverseBind.subarray(16 * j, 16 * j + 16) as mat4),
  );
  return parts.map(part => {
    const positions: number[] = [];
    const normals: number[] = [];
    for (let v = 0; v < part.positions.length / 3; v++) {
      const p = vec3.create();
      const n = vec3.create();
      for (let k = 0; k < 4; k++) {
        const m = palette[part.joints![4 * v + k]];
        const weight = part.weights![4 * v + k];
        const at = vec3.transformMat4(vec3.create(), part.positions.subarray(3 * v, 3 * v + 3) as vec3, m);
        const turned = vec3.transformMat4(vec3.create(), part.normals.subarray(3 * v, 3 * v + 3) as vec3, m);
        vec3.sub(turned, turned, vec3.fromValues(m[12], m[13], m[14]));
        vec3.scaleAndAdd(p, p, at, weight);
        vec3.scaleAndAdd(n, n, turned, weight);
      }
      positions.push(...p);
      normals.push(...vec3.normalize(n, n));
    }
    return { positions, normals };
  });
}

function sample(clip: AnimationAsset | undefined, target: string, path: string, seconds: number): number[] | undefined {
  const track = clip?.tracks.find(t => t.target === target && t.path === path);
  if (!track) return undefined;
  const size = path === 'rotation' ? 4 : 3;
  const k = track.times.findLastIndex(t => t <= Math.fround(seconds) + 1e-6);
  return [...track.values.subarray(size * Math.max(0, k), size * Math.max(0, k) + size)];
}
