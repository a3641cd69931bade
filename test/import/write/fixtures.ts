import type { MaterialDescription } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import type { SkeletonAsset } from '../../../src/assets/motion/skeleton-asset.ts';
import type { SourcePart, SourceProduct, SourceRoom } from '../../../src/import/model/source-model.ts';

export const material = (name: string): MaterialDescription => plainMaterial({ name });

/** A bumpy sheet of n x n squares, 1 m wide, at height `y`, optionally bent by `joints` joints in a row along x. */
export function sheet(n: number, joints = 0, y = 0): SourcePart {
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const jointNumbers: number[] = [];
  const weights: number[] = [];
  const index: number[] = [];
  for (let z = 0; z <= n; z++)
    for (let x = 0; x <= n; x++) {
      positions.push(x / n, y + 0.02 * Math.sin((x / n) * 7) * Math.cos((z / n) * 5), z / n);
      normals.push(0, 1, 0);
      uvs.push(x / n, z / n);
      if (joints > 0) {
        const at = (x / n) * (joints - 1);
        const low = Math.min(joints - 1, Math.floor(at));
        jointNumbers.push(low, Math.min(joints - 1, low + 1), 0, 0);
        weights.push(1 - (at - low), at - low, 0, 0);
      }
    }
  for (let z = 0; z < n; z++)
    for (let x = 0; x < n; x++) {
      const a = z * (n + 1) + x;
      index.push(a, a + n + 1, a + 1, a + 1, a + n + 1, a + n + 2);
    }
  return {
    material: material('cloth'),
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    uvs: Float32Array.from(uvs),
    index: Uint32Array.from(index),
    ...(joints > 0 ? { joints: Uint16Array.from(jointNumbers), weights: Float32Array.from(weights) } : {}),
  };
}

export function jointRow(count: number): SkeletonAsset {
  return {
    names: Array.from({ length: count }, (_, i) => `joint${i}`),
    parents: Int16Array.from({ length: count }, (_, i) => i - 1),
    translations: Float32Array.from({ length: count * 3 }, (_, i) => (i % 3 === 0 && i > 0 ? 1 / count : 0)),
    rotations: Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 3 ? 1 : 0)),
    scales: new Float32Array(count * 3).fill(1),
    humanoid: {},
  };
}

/** A sheet on a row of joints, bound where the joints stand. */
export function bentSheet(n: number, joints: number): SourceProduct {
  const inverseBind = new Float32Array(joints * 16);
  for (let j = 0; j < joints; j++) {
    for (let k = 0; k < 16; k += 5) inverseBind[j * 16 + k] = 1;
    inverseBind[j * 16 + 12] = -j / joints;
  }
  return { name: 'bent', parts: [sheet(n, joints)], skin: { joints: jointRow(joints).names, inverseBind }, textures: [] };
}

export function checker(width: number, height: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++)
    rgba.set((i + Math.floor(i / width)) % 2 ? [255, 255, 255, 255] : [0, 0, 0, 255], i * 4);
  return rgba;
}

export function smallRoom(): SourceRoom {
  const skeleton = jointRow(4);
  const turn = {
    name: 'turn',
    duration: 1,
    loop: true,
    speed: 0,
    tracks: [
      {
        target: 'joint1',
        path: 'rotation' as const,
        interpolation: 'linear' as const,
        times: Float32Array.from({ length: 31 }, (_, i) => i / 30),
        values: Float32Array.from({ length: 31 * 4 }, (_, i) => {
          const half = 0.4 * Math.sin(((i >> 2) / 30) * Math.PI * 2);
          return [0, Math.sin(half), 0, Math.cos(half)][i % 4];
        }),
      },
    ],
  };
  const texture = { slot: 'cloth', width: 100, height: 130, rgba: checker(100, 130) };
  const rug = { name: 'rug', category: 'rug', parts: [sheet(20)], textures: [texture] };
  const bent = bentSheet(12, 4);
  const avatar = { name: 'flag', skeleton, clips: [turn], outfit: [{ product: bent }, { product: rug, joint: 'joint3' }] };
  return {
    name: 'small',
    light: { sky: [1, 1, 1], ground: [0.4, 0.4, 0.4], sun: { direction: [0, 1, 0], color: [1, 1, 1] }, background: [0, 0, 0] },
    spawn: { position: [0, 1.6, 3], target: [0, 1, 0] },
    furniture: [
      { product: rug, position: [0, 0, 0] },
      { product: { ...rug, textures: [{ ...texture }] }, position: [2, 0, 0], scale: 2 },
    ],
    avatars: [
      { avatar, position: [0, 0, 1], animation: 'turn' },
      { avatar: { ...avatar }, position: [1, 0, 1] },
    ],
  };
}
