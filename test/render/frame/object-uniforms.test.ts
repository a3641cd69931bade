import { Matrix4, Mesh, Ray, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import type { MeshPart } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { OBJECT_FLOATS, writeUniforms } from '../../../src/render/frame/object-uniforms.ts';
import { createPartMesh, identityPalette, type PartData } from '../../../src/render/geometry/part-mesh.ts';
import { lightingOf } from '../../../src/render/materials/lighting.ts';
import { pick } from '../../../src/render/pick.ts';

/** A triangle on the second of two joints. The first is an invisible prop. */
const part: MeshPart = {
  material: plainMaterial({ name: 'body' }),
  levels: [
    {
      index: Uint16Array.of(0, 1, 2),
      error: 0,
      attributes: {
        POSITION: { array: Float32Array.of(-1, 0, 0, 1, 0, 0, 0, 2, 0), itemSize: 3, normalized: false },
        NORMAL: { array: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1), itemSize: 3, normalized: false },
        JOINTS_0: { array: Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0), itemSize: 4, normalized: false },
        WEIGHTS_0: { array: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0), itemSize: 4, normalized: true },
      },
    },
  ],
  transform: new Matrix4().toArray(new Float32Array(16)) as Float32Array,
  skin: { joints: ['prop', 'body'], inverseBind: new Float32Array(32) },
  morphTargets: [],
  bounds: { min: [-1, 0, 0], max: [1, 2, 0] },
};

describe('a skin whose first joint a clip scales to nothing', () => {
  const shrunk = (scale: number) => {
    const palette = identityPalette();
    for (let row = 0; row < 3; row++) palette[row * 272 + row] = scale;
    return createPartMesh(part, { palette });
  };

  it('keeps its light', () => {
    const light = (scale: number) => {
      const { material, userData } = shrunk(scale);
      const { palette, bounds } = userData.foyer as PartData;
      const out = new Float32Array(OBJECT_FLOATS);
      const { elements } = new Matrix4();
      writeUniforms(out, 0, elements, elements, material, lightingOf(new Mesh()), palette, bounds?.joint);
      return [...out.subarray(16, 28)];
    };
    expect(light(1e-3)).toEqual(light(1));
    expect(Math.max(...light(1).map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('can be picked by a click', () => {
    const ray = new Ray(new Vector3(0.3, 0.5, 5), new Vector3(0, 0, -1));
    expect(pick(shrunk(1e-3), ray)?.distance).toBeCloseTo(5);
  });
});
