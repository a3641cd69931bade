import { plainMaterial } from '../../assets/meshes/plain-material.ts';
import type { SourceProduct } from '../model/source-model.ts';

/** Makes a level, one-sided floor at y = 0 around the origin. @param size - metres along x and z. @param color - linear RGB. */
export function floorOf([width, depth]: readonly [number, number], color: readonly [number, number, number]): SourceProduct {
  const [x, z] = [width / 2, depth / 2];
  return {
    name: 'floor',
    category: 'floor',
    parts: [
      {
        material: plainMaterial({ name: 'floor', baseColor: [...color, 1] }),
        positions: Float32Array.of(-x, 0, -z, -x, 0, z, x, 0, z, x, 0, -z),
        normals: Float32Array.of(0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0),
        index: Uint32Array.of(0, 1, 2, 0, 2, 3),
      },
    ],
    textures: [],
  };
}
