import type { SkeletonAsset } from '../../../src/assets/motion/skeleton-asset.ts';
import type { SourceAvatar, SourceProduct } from '../../../src/import/model/source-model.ts';

type Matrix = number[];

/** Where the vertices of an avatar's first outfit stand in the skeleton's rest pose: straight double-precision skinning. */
export function posed({ skeleton, outfit }: SourceAvatar, part = 0): number[] {
  const { parts, skin } = outfit[0].product as Required<Pick<SourceProduct, 'skin'>> & SourceProduct;
  const { positions, joints, weights } = parts[part];
  if (!skin || !joints || !weights) throw new Error('not skinned');
  const worlds = worldMatrices(skeleton);
  const palette = skin.joints.map((name, j) =>
    multiply(worlds[skeleton.names.indexOf(name)], [...skin.inverseBind.subarray(16 * j, 16 * j + 16)]),
  );
  const out: number[] = [];
  for (let v = 0; v < positions.length / 3; v++) {
    const point = [0, 0, 0];
    const sum = weights.subarray(4 * v, 4 * v + 4).reduce((a, b) => a + b, 0);
    for (let k = 4 * v; k < 4 * v + 4; k++) {
      const moved = transform(palette[joints[k]], [...positions.subarray(3 * v, 3 * v + 3)]);
      for (let c = 0; c < 3; c++) point[c] += (moved[c] * weights[k]) / sum;
    }
    out.push(...point);
  }
  return out.map(x => Math.round(x * 1e4) / 1e4 + 0);
}

export function worldMatrices({ parents, translations, rotations, scales }: SkeletonAsset): Matrix[] {
  const worlds: Matrix[] = [];
  parents.forEach((parent, j) => {
    const local = compose(
      [...translations.subarray(3 * j, 3 * j + 3)],
      [...rotations.subarray(4 * j, 4 * j + 4)],
      [...scales.subarray(3 * j, 3 * j + 3)],
    );
    worlds.push(parent < 0 ? local : multiply(worlds[parent], local));
  });
  return worlds;
}

export function compose([tx, ty, tz]: number[], [x, y, z, w]: number[], [sx, sy, sz]: number[]): Matrix {
  return [
    ...[(1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0],
    ...[2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0],
    ...[2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0],
    ...[tx, ty, tz, 1],
  ];
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  return Array.from({ length: 16 }, (_, i) => [0, 1, 2, 3].reduce((sum, k) => sum + a[4 * k + (i % 4)] * b[4 * (i >> 2) + k], 0));
}

export const transform = (m: Matrix, [x, y, z]: number[]): number[] =>
  [0, 1, 2].map(r => m[r] * x + m[4 + r] * y + m[8 + r] * z + m[12 + r]);
